import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { relativeError } from "../../test/golden-file.ts";
import { goldenModels } from "../../test/golden-models.ts";
import type { Image } from "../image/image.ts";
import { preprocess } from "../image/preprocess.ts";
import { resampleBilinear } from "../image/resample-bilinear.ts";
import { createRandom } from "../util/random.ts";
import type { DepthModel } from "./depth-model.ts";
import { loadModel } from "./load-model.node.ts";

const golden = goldenModels().find(({ tag }) => tag === "v1_tiny_seed0") ?? goldenModels()[0];
const metric = goldenModels().find(({ tag }) => tag.startsWith("v2metric"));

function picture(width: number, height: number): Image {
  const random = createRandom(width, height);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.int(256));
  return { width, height, data, maxValue: 255, source: "noise.png" };
}

describe("a depth model", () => {
  let model: DepthModel;
  beforeAll(async () => {
    const { configPath, weightsPath } = golden as NonNullable<typeof golden>;
    model = await loadModel({ config: configPath, weights: weightsPath, id: "tiny" }, { threads: 1 });
  });
  afterAll(() => model.dispose());

  test("gives the official numbers for every size and batch", async () => {
    for (const stages of golden?.cases.values() ?? []) {
      const [input, depth] = [stages.get("input"), stages.get("depth")];
      const { data, dims } = await model.forward(input?.data as Float32Array, input?.dims ?? []);
      expect(dims).toEqual(depth?.dims);
      expect(relativeError(data, depth?.data ?? [])).toBeLessThan(1e-5);
    }
  });

  test("estimates at the photo's size from the official input size", async () => {
    const photo = picture(100, 60);
    const depth = await model.estimate(photo, { inputSize: 56 });
    expect(depth).toMatchObject({ kind: "disparity", modelId: "tiny", source: "noise.png", width: 100, height: 60 });
    expect([depth.inputWidth, depth.inputHeight]).toEqual([98, 56]);
    const input = { width: 98, height: 56 };
    const raw = await model.forward(preprocess(photo, input), [1, 3, 56, 98]);
    // V1's own code enlarges by pixel areas, V2's by corner points.
    const expected = resampleBilinear(raw.data, input, { width: 100, height: 60, alignCorners: false });
    expect(depth.data).toEqual(expected);
    expect(depth.range).toEqual({ min: Math.min(...expected), max: Math.max(...expected) });
    const corners = await model.estimate(photo, { inputSize: 56, upsample: "align_corners" });
    expect(corners.data[0]).toBe(raw.data[0]);
  });

  test("follows the other resize rules", async () => {
    const sizeOf = async (settings: Parameters<DepthModel["estimate"]>[1]) => {
      const { inputWidth, inputHeight } = await model.estimate(picture(100, 60), settings);
      return [inputWidth, inputHeight];
    };
    expect(await sizeOf({ resize: "exact", inputSize: { width: 70, height: 28 } })).toEqual([70, 28]);
    expect(await sizeOf({ resize: "native" })).toEqual([98, 56]);
    expect(await sizeOf({ resize: "hf", inputSize: 98 })).toEqual([98, 56]);
  });

  test("refuses inputs that do not fit", async () => {
    const refused = (count: number, dims: readonly number[]) =>
      expect(model.forward(new Float32Array(count), dims)).rejects.toMatchObject({
        code: "bad-argument",
        message: expect.stringContaining("multiples of 14"),
      });
    await refused(3 * 14 * 20, [1, 3, 14, 20]);
    await refused(3 * 14 * 14 - 1, [1, 3, 14, 14]);
    await refused(4 * 14 * 14, [1, 4, 14, 14]);
    await refused(3 * 14 * 14, [3, 14, 14]);
    await refused(0, [0, 3, 14, 14]);
  });

  test("refuses sizes that would need too much memory, before allocating any", async () => {
    // The official rule has no upper limit: 518 x 30464 here.
    await expect(model.estimate(picture(1000, 17))).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(/48\.3 GiB for 1 x 30464x518 pixels.*resize rule "hf"/),
    });
  });

  test("stops when it is told to", async () => {
    const settings = { inputSize: 56, signal: AbortSignal.abort() };
    await expect(model.estimate(picture(30, 30), settings)).rejects.toMatchObject({ code: "aborted" });
  });
});

test("a metric model answers in metres below its range and cannot be used after dispose", async () => {
  const { configPath, weightsPath } = metric as NonNullable<typeof metric>;
  const model = await loadModel({ config: configPath, weights: weightsPath }, { threads: 1 });
  const depth = await model.estimate(picture(70, 70), { inputSize: 70 });
  expect(depth).toMatchObject({ kind: "metric", modelId: "custom" });
  expect(depth.range.min).toBeGreaterThan(0);
  expect(depth.range.max).toBeLessThan(20);
  await model.dispose();
  await model.dispose();
  await expect(model.estimate(picture(70, 70), { inputSize: 70 })).rejects.toMatchObject({ code: "bad-state" });
});
