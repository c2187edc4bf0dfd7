import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pretrainedInceptionEncoder } from "./inception-encoder.node.ts";

const SHARDS = [1, 2, 3, 4, 5, 6];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "inception-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Files as the package has them, with these bytes in the first shard. */
async function writePackage(manifest: string, bytes: Buffer): Promise<void> {
  await writeFile(join(folder, "model.min.js"), manifest);
  for (const i of SHARDS) {
    const text = (i === 1 ? bytes : Buffer.alloc(900)).toString("base64");
    await writeFile(join(folder, `group1-shard${i}of6.min.js`), `throw new Error("executed");module.exports="${text}"`);
  }
}

const row = (name: string, shape: string) =>
  `{name:"${name}",shape:[${shape}],dtype:"float32",quantization:{min:-1,scale:.5,dtype:"uint8"}}`;

describe("pretrainedInceptionEncoder", () => {
  it("says where a file is missing", async () => {
    await expect(pretrainedInceptionEncoder(join(folder, "nowhere"))).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("model.min.js"),
    });
  });

  it("refuses shards that do not fit their list", async () => {
    await writePackage(`[${row("conv2d_1/kernel", "10,10")}]`, Buffer.alloc(900));
    await expect(pretrainedInceptionEncoder(folder)).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringMatching(/names 100 bytes and the shards hold 5400/),
    });
  });

  it("refuses a network without the expected tensors, and never runs the package's scripts", async () => {
    await writePackage(`[${row("something/kernel", "5400")}]`, Buffer.alloc(900));
    await expect(pretrainedInceptionEncoder(folder)).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringContaining('"batch_normalization_1/moving_mean" is missing'),
    });
  });

  it("refuses a shard without base64 text", async () => {
    await writeFile(join(folder, "group1-shard3of6.min.js"), "module.exports=1");
    await expect(pretrainedInceptionEncoder(folder)).rejects.toMatchObject({ code: "bad-file" });
  });
});
