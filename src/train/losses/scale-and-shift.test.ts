import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { gradientAndQuotients, lossAndGradient, randomMask, uniform } from "../../../test/support/loss-gradient.ts";
import type { Value } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { alignedLogDepthLoss, scaleShiftInvariantLoss } from "./scale-and-shift.ts";

const goldens = goldenTensors("losses_arrays.safetensors");
const results = goldenJson<{ valid_per_image: number[]; "zoe_ssi_lstsq.f64": number }>("losses_results.json");
const [prediction, target] = [goldens.get("pred"), goldens.get("gt")] as [Tensor<"float32">, Tensor<"float32">];
const mask = float32(target.dims, Array.from(goldens.get("mask")?.data as Uint8Array));

const dims = [2, 6, 7];
const random = createRandom(11);
const level = float32(dims, Array(84).fill(0.3));

describe("scaleShiftInvariantLoss", () => {
  it("is ZoeDepth's, which takes one mean over the batch: value and gradient", async () => {
    const total = results.valid_per_image.reduce((sum, count) => sum + count, 0);
    const shares = results.valid_per_image.map((count) => count / total);
    const { losses, gradient } = await lossAndGradient(scaleShiftInvariantLoss, [prediction, target, mask], shares);
    const pooled = losses.reduce((sum, loss, i) => sum + loss * (shares[i] as number), 0);
    expect(relativeError([pooled], [results["zoe_ssi_lstsq.f64"]])).toBeLessThan(5e-7);
    const expected = goldens.get("zoe_ssi_lstsq.f64.grad")?.data as Float64Array;
    expect(relativeError(gradient, expected)).toBeLessThan(1e-5);
  });

  it("keeps its digits where the prediction is far from 0", async () => {
    const far = float32(
      prediction.dims,
      Array.from(prediction.data, (d) => d + 1000),
    );
    const { losses } = await lossAndGradient(scaleShiftInvariantLoss, [far, target, mask]);
    const { losses: expected } = await lossAndGradient(scaleShiftInvariantLoss, [prediction, target, mask]);
    expect(relativeError(losses, expected)).toBeLessThan(1e-3);
  });

  it("takes scale and shift of a constant prediction as 0, as the official code", async () => {
    const truth = uniform(dims, random);
    const { losses, gradient } = await lossAndGradient(scaleShiftInvariantLoss, [
      level,
      truth,
      randomMask(dims, random, 1),
    ]);
    const mean = truth.data.subarray(0, 42).reduce((sum, t) => sum + t, 0) / 42;
    expect(losses[0]).toBeCloseTo(mean, 5);
    expect(Array.from(gradient, Math.abs)).toEqual(Array(84).fill(0));
  });
});

describe("alignedLogDepthLoss", () => {
  const loss = (p: Value, t: Value, m: Value) => alignedLogDepthLoss(p, t, m, { minDisparity: 0.05 });

  it("is 0 for any scale and shift of the target, and log r where all is r times as near", async () => {
    const truth = uniform(dims, random, 0.1, 1);
    const moved = float32(
      dims,
      Array.from(truth.data, (d) => 7 * d - 3),
    );
    const everywhere = randomMask(dims, random, 1);
    const { losses } = await lossAndGradient(loss, [moved, truth, everywhere]);
    for (const value of losses) expect(value).toBeLessThan(1e-5);
    // Half the pixels at 0.1 and half at 0.8; the prediction swaps a pair, so that the fit is known by hand.
    const far = float32([1, 2, 4], [0.1, 0.1, 0.1, 0.1, 0.8, 0.8, 0.8, 0.8]);
    const flat = float32([1, 2, 4], [1, 0, 1, 0, 1, 0, 1, 0]); // uncorrelated: the fit is the mean, 0.45
    const { losses: one } = await lossAndGradient(loss, [flat, far, float32([1, 2, 4], Array(8).fill(1))]);
    expect(one[0]).toBeCloseTo((Math.log(4.5) + Math.log(0.8 / 0.45)) / 2, 5);
  });

  it("has the gradient of its difference quotients", async () => {
    const truth = uniform(dims, random, 0.1, 1);
    const near = float32(
      dims,
      Array.from(truth.data, (d) => 2 * d + random.uniform(0, 0.5)),
    );
    const { gradient, quotients } = await gradientAndQuotients(loss, [near, truth, randomMask(dims, random)], 1e-3);
    expect(relativeError(gradient, quotients)).toBeLessThan(2e-3);
  });

  it("stays finite where nothing decides the fit, or nothing is valid, or all is raised", async () => {
    const truth = uniform(dims, random);
    for (const [p, t, m] of [
      [level, truth, randomMask(dims, random, 1)],
      [uniform(dims, random), truth, float32(dims)],
      [uniform(dims, random), float32(dims), randomMask(dims, random, 1)],
      [
        level,
        level,
        float32(
          dims,
          Array.from({ length: 84 }, (_, i) => Number(i === 3)),
        ),
      ],
    ] as const) {
      const { losses, gradient } = await lossAndGradient(loss, [p, t, m]);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});
