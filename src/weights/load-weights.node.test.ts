import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { float32, type Tensor } from "../graph/tensor.ts";
import { bytesOf } from "../graph/tensor-bytes.ts";
import type { Progress } from "../util/progress.ts";
import { readWeights } from "./load-weights.node.ts";
import { toHuggingFaceNames } from "./names.ts";
import { encodeSafetensors } from "./safetensors.ts";

const golden = (name: string) => new URL(`../../test/golden/${name}`, import.meta.url).pathname;

/** One line a tensor, sorted; much quicker to compare than 150 thousand numbers. */
const content = (tensors: ReadonlyMap<string, Tensor>) =>
  [...tensors].map(([name, t]) => `${name} ${t.dtype} ${t.dims} ${Buffer.from(bytesOf(t)).toString("base64")}`).sort();

describe("readWeights", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "depth-weights-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const save = async (name: string, content: Uint8Array | string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it("tells formats apart by content", async () => {
    const official = await readWeights(golden("v1_tiny_seed0_weights.safetensors"));
    const misnamed = await save("model.onnx", await readFile(golden("v1_tiny_seed0_weights.pth")));
    expect(content(await readWeights(misnamed))).toEqual(content(official));
    const huggingFace = await save("model.bin", encodeSafetensors(toHuggingFaceNames(official), { format: "pt" }));
    expect(content(await readWeights(huggingFace))).toEqual(content(official));
    const initializer = [{ name: "w", dims: [2n], dataType: 1, floatData: [1, 2] }];
    const onnx = create(ModelProtoSchema, { irVersion: 8n, producerName: "a{b{c{d{", graph: { initializer } });
    const path = await save("net.safetensors", toBinary(ModelProtoSchema, onnx));
    expect([...(await readWeights(path))]).toEqual([["w", float32([2], [1, 2])]]);
  });

  it("holds a safetensors file in memory once, whatever its header's length", async () => {
    const one = float32([1], [1]);
    for (let length = 1; length < 9; length++) {
      const json = JSON.stringify({ ["x".repeat(length)]: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
      const bytes = new Uint8Array(8 + json.length + 4);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
      bytes.set(new TextEncoder().encode(json), 8);
      bytes.set(new Uint8Array(one.data.buffer), 8 + json.length);
      const [tensor] = (await readWeights(await save("odd", bytes))).values();
      expect(tensor).toEqual(one);
      expect(tensor?.data.buffer.byteLength).toBeGreaterThanOrEqual(bytes.length);
    }
  });

  it("is not misled by a header whose length begins like another format", async () => {
    for (const length of [0x08, 0x50, 0x80]) {
      const bytes = encodeSafetensors(new Map([["w", float32([1])]])).slice(0, -4);
      const json = new TextDecoder().decode(bytes.subarray(8)).trim();
      const padded = new TextEncoder().encode(json.padEnd(0x100 + length));
      const file = new Uint8Array(8 + padded.length + 4);
      new DataView(file.buffer).setBigUint64(0, BigInt(padded.length), true);
      file.set(padded, 8);
      expect(file[0]).toBe(length);
      expect((await readWeights(await save("misleading", file))).get("w")).toEqual(float32([1]));
    }
  });

  it("takes off prefixes that all names share", async () => {
    const names = async (...list: string[]) => {
      const tensors = new Map<string, Tensor>(list.map((name) => [name, float32([1])]));
      return [...(await readWeights(await save("prefixed", encodeSafetensors(tensors)))).keys()];
    };
    expect(await names("module.a.weight", "module.b")).toEqual(["a.weight", "b"]);
    expect(await names("module.core.core.a", "module.core.core.b")).toEqual(["a", "b"]);
    expect(await names("core.core.a", "conv2.weight")).toEqual(["conv2.weight", "core.core.a"]);
    expect(await names("module.backbone.embeddings.cls_token")).toEqual(["pretrained.cls_token"]);
  });

  it("reports progress and stops on a signal", async () => {
    const path = golden("v1_tiny_seed0_weights.pth");
    const reports: Progress[] = [];
    const controller = new AbortController();
    await readWeights(path, { signal: controller.signal, onProgress: (report) => reports.push(report) });
    const { size } = await stat(path);
    expect(reports).toEqual([{ stage: "read", done: size, total: size, unit: "bytes", item: path }]);
    controller.abort();
    await expect(readWeights(path, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it.each([
    ["pointer.pth", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "bad-file", /Git LFS pointer/],
    ["page.pth", "<!DOCTYPE html><html>", "bad-file", /web page/],
    ["empty.pth", "", "bad-file", /is empty/],
    ["noise.pth", "noise and nothing else", "bad-file", /unknown format. Expected safetensors/],
    ["cut.safetensors", '\x40\0\0\0\0\0\0\0{"a":', "bad-file", /header of 64 bytes/],
    ["cut.zip", "PK\x03\x04 and no more", "bad-file", /end record is missing/],
  ])("names the file and the trouble: %s", async (name, content, code, message) => {
    const path = await save(name, content);
    await expect(readWeights(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(readWeights(path)).rejects.toThrow(path);
  });

  it("reports a path that cannot be read", async () => {
    await expect(readWeights(join(folder, "none.pth"))).rejects.toMatchObject({ code: "not-found" });
    await expect(readWeights(folder)).rejects.toMatchObject({ code: "bad-argument" });
  });
});
