import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goldenModels } from "../../test/golden-models.ts";
import { float32, type Tensor } from "../graph/tensor.ts";
import { buildNano } from "../models/nano.ts";
import { float32ToHalf } from "../util/float16.ts";
import { readWeights } from "../weights/load-weights.node.ts";
import { loadModel, loadNetwork } from "./load-model.node.ts";

const [golden] = goldenModels();
const configPath = golden?.configPath as string;

describe("weights and configuration", () => {
  let weights: Map<string, Tensor>;
  beforeAll(async () => {
    weights = await readWeights(golden?.weightsPath as string);
  });

  test("come as objects as well as paths, and unused tensors may be left out", async () => {
    const config = JSON.parse(await readFile(configPath, "utf8"));
    weights.delete("pretrained.mask_token");
    const network = await loadNetwork({ config, weights });
    expect(network.info).toMatchObject({ id: "custom", kind: "disparity", multiple: 14, inputSize: 518 });
    expect(network.weights.size).toBe(network.graph.parameters.size);
  });

  test("of halves are made float32", async () => {
    const { dims, data } = weights.get("pretrained.norm.weight") as Tensor<"float32">;
    const half: Tensor = { dtype: "float16", dims, data: float32ToHalf(data) };
    const network = await loadNetwork({
      config: configPath,
      weights: new Map(weights).set("pretrained.norm.weight", half),
    });
    const loaded = network.weights.get("pretrained.norm.weight")?.data as Float32Array;
    expect(loaded).toBeInstanceOf(Float32Array);
    loaded.forEach((value, i) => {
      expect(Math.abs(value - (data[i] as number))).toBeLessThan(1e-3);
    });
  });

  test("that do not belong together are told apart by name", async () => {
    const broken = new Map(weights).set("extra", float32([1])).set("pretrained.norm.bias", float32([5]));
    broken.delete("pretrained.cls_token");
    await expect(loadNetwork({ config: configPath, weights: broken })).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringMatching(
        /1 tensors missing \(pretrained.cls_token\); 1 tensors of another shape \(pretrained.norm.bias \[5\] instead of \[\d+\]\); 1 tensors unknown \(extra\)/,
      ),
    });
    await expect(loadNetwork("small", { weights: golden?.weightsPath as string })).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringMatching(/v1_.*safetensors does not hold the weights of model "small".* more\)/),
    });
  });
});

describe("files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "load-model-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("that are missing or broken are named", async () => {
    const weights = new Map<string, Tensor>();
    const broken = join(folder, "broken.json");
    await writeFile(broken, "{");
    const missing = join(folder, "none.json");
    await expect(loadModel({ config: broken, weights })).rejects.toMatchObject({ code: "bad-file" });
    await expect(loadModel({ config: missing, weights })).rejects.toMatchObject({ code: "not-found" });
    await expect(loadModel({ config: configPath, weights: missing })).rejects.toMatchObject({ code: "not-found" });
    await expect(loadModel("smal")).rejects.toThrow(/no model "smal"/);
  });

  test("of the Hub are not asked for when offline", async () => {
    const options = { cacheFolder: folder, offline: true, environment: {} };
    await expect(loadModel("small-v2", options)).rejects.toMatchObject({ code: "offline" });
  });
});

test("nano takes weights of one's own and prepares pictures its own way", async () => {
  const weights = new Map(
    [...buildNano().parameters].map(([name, { dims }]) => [name, float32(dims as readonly number[])]),
  );
  const model = await loadModel("nano", { weights, threads: 1 });
  expect(model).toMatchObject({ id: "nano", kind: "disparity", multiple: 32, licence: "Apache-2.0" });
  const data = new Uint8Array(64 * 48 * 3);
  const depth = await model.estimate({ width: 64, height: 48, data, maxValue: 255 }, { inputSize: 64 });
  expect([depth.inputWidth, depth.inputHeight, depth.data.length]).toEqual([96, 64, 64 * 48]);
  expect(depth.range).toEqual({ min: 0, max: 0 });
  await model.dispose();
});
