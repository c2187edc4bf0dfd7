import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { finiteDifferences } from "../../../test/support/finite-differences.ts";
import { runOnce } from "../../../test/support/run-graph.ts";
import { differentiate } from "../../graph/differentiate.ts";
import { createGraph, input, type Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { elementCount, float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom, shuffledIndices } from "../../util/random.ts";
import { type AffineInvariantOptions, affineInvariantLoss, gradientMatchingLoss, maskedMedian } from "./losses.ts";

type Loss = (prediction: Value, target: Value, mask: Value) => Value;

/** The loss of every image, and the gradient of their mean for the prediction. */
async function lossAndGradient(loss: Loss, prediction: Tensor, target: Tensor, mask: Tensor) {
  const graph = createGraph("loss");
  const [p, t, m] = ["p", "t", "m"].map((name) => input(graph, name, prediction.dims)) as [Value, Value, Value];
  const perImage = loss(p, t, m);
  const [gradient] = differentiate(o.reduceMean(perImage, [0], { keepDims: false }), [p]) as [Value];
  const [losses, found] = await runOnce([perImage, gradient], { p: prediction, t: target, m: mask });
  return { losses: Array.from(losses?.data as Float32Array), gradient: found?.data as Float32Array };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const affine =
  (options: AffineInvariantOptions): Loss =>
  (p, t, m) =>
    affineInvariantLoss(p, t, m, options);

describe("affineInvariantLoss", () => {
  const tensors = goldenTensors("losses_arrays.safetensors");
  const results =
    goldenJson<Record<string, { per_image: number[]; batch_mean_of_images: number }>>("losses_results.json");
  const [prediction, target] = [tensors.get("pred") as Tensor, tensors.get("gt") as Tensor];
  const mask = float32(target.dims, Array.from(tensors.get("mask")?.data as Uint8Array));

  it.each(
    (["lower", "mid"] as const).flatMap((median) =>
      (["full_grad", "detached_stats"] as const).map((gradient) => [median, gradient] as const),
    ),
  )("%s median, %s: as the float64 reference", async (median, gradient) => {
    const name = `affine.${median}.${gradient}.f64`;
    const expected = results[name] as { per_image: number[]; batch_mean_of_images: number };
    const statistics = gradient === "full_grad" ? "differentiated" : "detached";
    const found = await lossAndGradient(affine({ median, statistics }), prediction, target, mask);
    // Measured: 1.1e-7 and 2.3e-7.
    expect(relativeError(found.losses, expected.per_image)).toBeLessThan(5e-7);
    expect(mean(found.losses)).toBeCloseTo(expected.batch_mean_of_images, 6);
    expect(relativeError(found.gradient, tensors.get(`${name}.grad`)?.data as Float64Array)).toBeLessThan(1e-6);
  });

  it("takes the lower median and differentiated statistics by default", async () => {
    const plain = await lossAndGradient(affineInvariantLoss, prediction, target, mask);
    const named = affine({ median: "lower", statistics: "differentiated" });
    expect(plain).toEqual(await lossAndGradient(named, prediction, target, mask));
  });

  it("does not see scale and shift", async () => {
    const moved = float32(
      prediction.dims,
      Array.from(prediction.data as Float32Array, (d) => 0.2 * d + 30),
    );
    const { losses } = await lossAndGradient(affineInvariantLoss, moved, target, mask);
    const { losses: expected } = await lossAndGradient(affineInvariantLoss, prediction, target, mask);
    expect(relativeError(losses, expected)).toBeLessThan(1e-5); // 30 leaves 0.2 * d about 18 bits
  });

  const dims = [2, 3, 4];
  const random = createRandom(1);
  const noise = () =>
    float32(
      dims,
      Array.from({ length: 24 }, () => random.uniform(0, 1)),
    );
  const onlySecond = (valid: number) =>
    float32(
      dims,
      Array.from({ length: 24 }, (_, i) => Number(i >= 12 && i < 12 + valid)),
    );

  it("counts an image without valid pixels as 0", async () => {
    const [p, t] = [noise(), noise()];
    const { losses, gradient } = await lossAndGradient(affineInvariantLoss, p, t, onlySecond(9));
    expect(losses[0]).toBe(0);
    expect(losses[1]).toBeGreaterThan(0.1);
    expect(Array.from(gradient.subarray(0, 12), Math.abs)).toEqual(Array(12).fill(0));
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradient.subarray(12).some((g) => g !== 0)).toBe(true);
  });

  it.each([1, 2, 12])("stays finite where %i valid pixels hold a constant", async (valid) => {
    const level = float32(dims, Array(24).fill(0.7));
    for (const [p, t] of [
      [level, noise()],
      [noise(), level],
      [level, level],
    ] as const) {
      const { losses, gradient } = await lossAndGradient(affineInvariantLoss, p, t, onlySecond(valid));
      // The map that varies has mean absolute deviation 1, so this is the loss; one pixel never varies.
      expect(losses[1]).toBeCloseTo(valid === 1 || p === t ? 0 : 1, 4);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("maskedMedian", () => {
  it.each(["lower", "mid"] as const)("%s: as sorting finds it, for every count of valid pixels", async (kind) => {
    const [n, pixels] = [24, 11];
    const random = createRandom(2);
    const d = Array.from({ length: n * pixels }, () => random.int(6) - 3); // with ties
    const m = d.map((_, i) => Number(i % pixels <= Math.floor(i / pixels) % pixels));
    const expected = Array.from({ length: n }, (_, row) => {
      const valid = d.slice(row * pixels, (row + 1) * pixels).filter((_, i) => m[row * pixels + i]);
      valid.sort((a, b) => a - b);
      const lower = valid[Math.floor((valid.length - 1) / 2)] as number;
      return kind === "lower" ? lower : (lower + (valid[Math.floor(valid.length / 2)] as number)) / 2;
    });
    const graph = createGraph("median");
    const median = maskedMedian(input(graph, "d", [n, pixels]), input(graph, "m", [n, pixels]), kind);
    expect(median.dims).toEqual([n, 1]);
    const [found] = await runOnce([median], { d: float32([n, pixels], d), m: float32([n, pixels], m) });
    expect(Array.from(found?.data as Float32Array)).toEqual(expected);
  });
});

/** Equation 11 of Ranftl et al. 2020 in float64, written with loops. */
function gradientMatchingReference(residual: Tensor, mask: Tensor): number[] {
  const [n, height, width] = residual.dims as [number, number, number];
  return Array.from({ length: n }, (_, image) => {
    const at = ({ data }: Tensor, y: number, x: number) => data[(image * height + y) * width + x] as number;
    let total = 0;
    for (const step of [1, 2, 4, 8]) {
      let [sum, valid] = [0, 0];
      for (let y = 0; y < height; y += step)
        for (let x = 0; x < width; x += step) {
          valid += at(mask, y, x);
          for (const [v, u] of [
            [y + step, x],
            [y, x + step],
          ] as const)
            if (v < height && u < width)
              sum += Math.abs(at(residual, v, u) - at(residual, y, x)) * at(mask, v, u) * at(mask, y, x);
        }
      total += sum / Math.max(1, valid);
    }
    return total;
  });
}

describe("gradientMatchingLoss", () => {
  const gradientMatching: Loss = (p, _target, m) => gradientMatchingLoss(p, m);

  it.each([
    [9, 11],
    [16, 8],
    [5, 3],
  ])("%ix%i: as the equation, with its difference quotients", async (height, width) => {
    const dims = [2, height, width];
    const count = elementCount(dims);
    // No two elements are nearer than 4 / count: no quotient steps over a kink.
    const order = shuffledIndices(count, createRandom(3, count));
    const residual = float32(
      dims,
      Array.from(order, (rank) => (4 * rank) / count - 2),
    );
    const random = createRandom(4, count);
    const mask = float32(
      dims,
      Array.from({ length: count }, () => Number(random.chance(0.8))),
    );
    const { losses, gradient } = await lossAndGradient(gradientMatching, residual, residual, mask);
    expect(relativeError(losses, gradientMatchingReference(residual, mask))).toBeLessThan(5e-7);
    const reference = async ([moved]: readonly Tensor[]) => gradientMatchingReference(moved as Tensor, mask);
    const [expected] = await finiteDifferences(reference, [residual], [0.5, 0.5], 1e-3);
    expect(relativeError(gradient, expected as number[])).toBeLessThan(1e-5);
  });

  it("is 0 without valid pixels", async () => {
    const dims = [1, 9, 9];
    const residual = float32(
      dims,
      Array.from({ length: 81 }, (_, i) => Math.sin(i)),
    );
    const { losses, gradient } = await lossAndGradient(gradientMatching, residual, residual, float32(dims));
    expect(losses).toEqual([0]);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });
});
