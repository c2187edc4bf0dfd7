import { expect, test } from "vitest";
import { proceduralScene } from "../data/procedural/scene.ts";
import { depthEdgeF1 } from "../eval/depth-edges.ts";
import { fitAffine } from "../eval/fit-affine.ts";
import type { Image } from "../image/image.ts";
import { resampleBilinear } from "../image/resample-bilinear.ts";
import { createRandom } from "../util/random.ts";
import { guidedUpsample } from "./guided-upsample.ts";
import { loadModel } from "./load-model.node.ts";
import { estimateSharp } from "./raw-estimate.ts";

const WIDTH = 240;
const HEIGHT = 160;

/** Noise everywhere; left of the slanted line dark blue, right of it sand. */
function photoOf(lineAt: (y: number) => number): Image {
  const random = createRandom(4);
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const colour = x < lineAt(y) ? [40, 60, 150] : [190, 160, 110];
      for (let c = 0; c < 3; c++) data[(y * WIDTH + x) * 3 + c] = (colour[c] as number) + 30 * random.normal() * 0.5;
    }
  return { width: WIDTH, height: HEIGHT, data, maxValue: 255 };
}

const line = (y: number) => 100 + 0.25 * y;

/** A map of a quarter of the photo's size in which the step at the line is `blur` photo pixels wide. */
function blurredStep(blur: number) {
  const [width, height] = [WIDTH / 4, HEIGHT / 4];
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [4 * (i % width) + 2, 4 * Math.floor(i / width) + 2];
    return 1 + 2 / (1 + Math.exp((-4 * (x - line(y))) / blur));
  });
  return { width, height, data };
}

test.each([8, 24, 48])("a step blurred over %d pixels becomes sharp where the photo's colours divide", (blur) => {
  const photo = photoOf(line);
  const coarse = blurredStep(blur);
  const size = { width: WIDTH, height: HEIGHT };
  const truth = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    i % WIDTH < line(Math.floor(i / WIDTH)) ? 1 : 3,
  );
  const before = resampleBilinear(coarse.data, coarse, { ...size, alignCorners: false });
  const after = guidedUpsample(coarse, photo, { alignCorners: false });
  const wrong = (map: Float32Array) =>
    map.filter((v, i) => Math.abs(v - (truth[i] as number)) > 0.5).length / map.length;
  expect(depthEdgeF1(after, truth, size)).toBeGreaterThan(0.47); // 0.5 is whole: two of the four directions have edges
  expect(depthEdgeF1(before, truth, size)).toBeLessThan(0.2);
  expect(wrong(after)).toBeLessThan(0.3 * wrong(before) + 0.004);
  expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...coarse.data) - 1e-6);
  expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...coarse.data) + 1e-6);
});

test("the texture of a slanted wall is not copied", () => {
  const photo = photoOf((y) => 60 + 40 * Math.sin(y / 9));
  const [width, height] = [60, 40];
  const data = Float32Array.from(
    { length: width * height },
    (_, i) => 1 + 0.03 * (i % width) + 0.01 * Math.floor(i / width),
  );
  const plain = resampleBilinear(data, { width, height }, { width: WIDTH, height: HEIGHT, alignCorners: true });
  expect(guidedUpsample({ width, height, data }, photo, { alignCorners: true })).toEqual(plain);
});

test.each([
  ["constant", () => 2, 24, 16],
  ["unknown", () => Number.NaN, 24, 16],
  ["of infinities", (i: number) => (i % 3 === 0 ? Number.POSITIVE_INFINITY : i), 24, 16],
  ["of one sample", () => 2, 1, 1],
  ["of one row", (i: number) => i, 24, 1],
] as const)("a map %s is only enlarged", (_, value, width, height) => {
  const data = Float32Array.from({ length: width * height }, (_, i) => value(i));
  const photo = photoOf(line);
  const out = guidedUpsample({ width, height, data }, photo, { alignCorners: false });
  const plain = resampleBilinear(data, { width, height }, { ...photo, alignCorners: false });
  expect(out).toEqual(plain);
});

test("Nano's edges get better on scenes with exact depth, and its errors do not grow", async () => {
  const model = await loadModel("nano", { threads: 1 });
  const sums = { before: [0, 0], after: [0, 0] };
  for (const seed of [1001, 1002, 1003, 1004]) {
    const { image, truth } = proceduralScene(seed, { width: 320, height: 240 });
    const estimates = { before: await model.estimate(image), after: await estimateSharp(model, image) };
    expect({ ...estimates.after, data: 0, range: 0 }).toEqual({ ...estimates.before, data: 0, range: 0 });
    for (const name of ["before", "after"] as const) {
      const [error, f1] = score(estimates[name].data, truth.data, image);
      sums[name] = [(sums[name][0] as number) + error, (sums[name][1] as number) + f1];
    }
  }
  await model.dispose();
  expect(sums.after[0]).toBeLessThan(1.01 * (sums.before[0] as number));
  expect(sums.after[1]).toBeGreaterThan(1.4 * (sums.before[1] as number));
});

/** AbsRel and edge F1 after the best scale and shift of disparity. */
function score(disparity: Float32Array, truth: Float32Array, size: Image): [absRel: number, f1: number] {
  const target = truth.map((metres) => (metres < 80 ? 1 / metres : Number.NaN));
  const { scale, shift } = fitAffine("least-squares", disparity, target);
  const metres = disparity.map((value) => 1 / Math.max(1 / 80, scale * value + shift));
  const errors = [...metres].flatMap((z, i) => {
    const t = truth[i] as number;
    return t < 80 ? [Math.abs(z - t) / t] : [];
  });
  return [errors.reduce((sum, e) => sum + e, 0) / errors.length, depthEdgeF1(metres, truth, size) ?? 0];
}
