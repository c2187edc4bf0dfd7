import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proceduralScene } from "../../src/data/procedural/scene.ts";
import { loadModel } from "../../src/depth/load-model.node.ts";
import { encodePng, readImage } from "../../src/image/codec.node.ts";
import { buildNano } from "../../src/models/nano.ts";
import { initialiseParameters } from "../../src/train/network/initialise.ts";
import { encodeSafetensors } from "../../src/weights/safetensors.ts";
import { type Outcome, startCli } from "../support/run-cli.ts";

let folder: string;

/** Runs the program from its source in the test's folder, without a terminal and without a network. */
function run(...args: string[]): Promise<Outcome> {
  return start(args).outcome;
}

function start(args: readonly string[]): ReturnType<typeof startCli> {
  return startCli(folder, args);
}

async function scene(seed: number): Promise<Uint8Array> {
  const { image } = proceduralScene(seed, { width: 96, height: 64 });
  return encodePng({ ...image, channels: 3 });
}

const WEIGHTS = ["--weights", "nano.safetensors", "--input-size", "64", "--threads", "1"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "depth-anything-cli-"));
  await writeFile(join(folder, "nano.safetensors"), encodeSafetensors(initialiseParameters(buildNano(), new Map(), 1)));
  await mkdir(join(folder, "photos/more"), { recursive: true });
  const names = ["photo.png", "photos/a.png", "photos/b.PNG", "photos/more/c.png"];
  for (const [seed, name] of names.entries()) await writeFile(join(folder, name), await scene(seed));
  await writeFile(join(folder, "photos/broken.jpg"), "no picture");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("estimate", () => {
  test("writes a depth map beside a photo without the verb being named", async () => {
    const { exitCode, stdout, stderr } = await run("photo.png", ...WEIGHTS);
    expect([exitCode, stdout, stderr]).toEqual([0, "photo.png -> photo_depth.png\n", ""]);
    expect(await readImage(join(folder, "photo_depth.png"))).toMatchObject({ width: 96, height: 64, maxValue: 255 });
  });

  test("works on a folder, goes on after a bad file and reports it at the end", async () => {
    const { exitCode, stdout, stderr } = await run("photos", "--out", "depth", "--format", "png16,npy", ...WEIGHTS);
    expect(exitCode).toBe(1);
    expect(stdout.trim().split("\n")).toHaveLength(6);
    expect(stderr).toMatch(/^1 of 4 failed:\n.*broken\.jpg cannot be decoded/);
    for (const name of ["a_depth_png16.png", "b_depth.npy", "more/c_depth.npy"])
      expect((await readFile(join(folder, "depth", name))).length).toBeGreaterThan(1000);
  });

  test("prints JSON, follows a pattern, and leaves its own earlier outputs out", async () => {
    await mkdir(join(folder, "again"));
    await writeFile(join(folder, "again/d.png"), await scene(9));
    const first = await run("estimate", "again/*.png", "--side-by-side", "--json", ...WEIGHTS);
    const second = await run("again/*.png", "missing.png", "--side-by-side", "--json", ...WEIGHTS);
    expect([first.exitCode, second.exitCode]).toEqual([0, 1]);
    const outputs = ["again/d_depth.png", "again/d_img_depth.png"];
    const result = { input: "again/d.png", outputs, kind: "disparity", width: 96, height: 64, inputHeight: 64 };
    expect(JSON.parse(first.stdout)).toMatchObject({ results: [result], failures: [] });
    const failures = [{ input: "missing.png", code: "not-found" }];
    expect(JSON.parse(second.stdout)).toMatchObject({ results: [result], failures });
    expect(JSON.parse(second.stdout).results).toHaveLength(1);
    expect(await readImage(join(folder, "again/d_img_depth.png"))).toMatchObject({ width: 2 * 96 + 50, height: 124 });
  });

  test("refuses outputs that would overwrite an input or each other, before any work", async () => {
    const before = await readFile(join(folder, "photo.png"));
    const self = await run("photo.png", "--out", "photo.png", ...WEIGHTS);
    expect(self).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("which is the input photo.png itself") });
    expect(await readFile(join(folder, "photo.png"))).toEqual(before);
    await writeFile(join(folder, "photo.webp"), "");
    const twins = await run("photo.png", "photo.webp", ...WEIGHTS);
    expect(twins).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("also the output of photo.png") });
  });

  test("names the ways out when weights cannot be downloaded", async () => {
    const { exitCode, stderr } = await run("photo.png", "--model", "small-v2");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/not in the cache .*--weights/s);
  });
});

test("wrong use is refused with exit code 2 and a suggestion", async () => {
  const cases: [args: string[], message: string][] = [
    [["estimat", "photo.png"], "Did you mean estimate?"],
    [["photo.png", "--colormpa", "turbo"], "Did you mean --colormap?"],
    [["photo.png", "--threads", "0"], "whole number above 0"],
    [["photo.png", "--format", "gif"], 'no format "gif"'],
    [["nothing.png"], "no file or folder nothing.png"],
    [["photo.png", "--model", "smal"], 'no model "smal"'],
    [["models", "pull", "huge"], 'no model "huge"'],
    [["train"], "--demo"],
  ];
  const outcomes = await Promise.all(cases.map(([args]) => run(...args)));
  for (const [i, [args, message]] of cases.entries()) {
    const { exitCode, stdout, stderr } = outcomes[i] as Outcome;
    expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
  }
});

test("help and version are no failures", async () => {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  expect(await run("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  const help = await run("estimate", "--help");
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout).toContain("spectral_r");
});

test("models list tells sizes and licences", async () => {
  const all = JSON.parse((await run("models", "list", "--json")).stdout);
  const commercial = JSON.parse((await run("models", "list", "--json", "--commercial-only")).stdout);
  expect(all).toHaveLength(13);
  expect(all[4]).toMatchObject({ id: "small-v2", licence: "Apache-2.0", parameters: 24_785_089, cached: false });
  expect(commercial).toEqual(all.filter((model: { commercialUse: boolean }) => model.commercialUse));
  expect(commercial.length).toBeLessThan(13);
});

test("export writes an ONNX file that gives the model's numbers", async () => {
  const weights = join(folder, "nano.safetensors");
  const { exitCode, stdout } = await run("export", "nano", "--weights", weights, "--out", "nano.onnx");
  expect([exitCode, stdout]).toEqual([0, "nano -> nano.onnx\n"]);
  const pixels = Float32Array.from({ length: 3 * 64 * 96 }, (_, i) => Math.sin(i));
  const dims = [1, 3, 64, 96];
  const model = await loadModel("nano", { weights });
  const session = await InferenceSession.create(join(folder, "nano.onnx"));
  const results = await session.run({ pixel_values: new Tensor("float32", pixels, dims) });
  expect(results.predicted_depth?.data).toEqual((await model.forward(pixels, dims)).data);
  await model.dispose();
});
