import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { gradientAndQuotients, lossAndGradient, randomMask, uniform } from "../../../test/support/loss-gradient.ts";
import { runOnce } from "../../../test/support/run-graph.ts";
import { createGraph, input, type Value } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { type DepthLossName, depthLosses } from "./depth-losses.ts";
import { gradL1Loss } from "./grad-l1.ts";
import { consistencyLoss, meanSquaredLoss } from "./plain-variants.ts";

const names = Object.keys(depthLosses) as DepthLossName[];
const dims = [2, 6, 6];
const random = createRandom(21);
const [prediction, target, mask] = [
  uniform(dims, random, 0.2, 2),
  uniform(dims, random, 0.2, 1),
  randomMask(dims, random),
];
const inRange = (i: number) => i < 36;

describe.each(names)("depthLosses.%s", (name) => {
  const loss = depthLosses[name];

  it("gives one loss an image, with the gradient of its difference quotients", async () => {
    const { gradient, quotients } = await gradientAndQuotients(loss, [prediction, target, mask], 1e-3);
    // Where a difference quotient steps over a kink of an absolute value it is between the two slopes.
    const scale = Math.max(...quotients.map(Math.abs));
    const off = quotients.filter((q, i) => Math.abs(q - (gradient[i] as number)) > 0.01 * scale);
    expect(off.length).toBeLessThanOrEqual(2);
  });

  it("does not look at pixels that are not valid, and costs 0 without valid ones", async () => {
    const spoiled = float32(
      dims,
      Array.from(target.data, (t, i) => (mask.data[i] ? t : 5)),
    );
    const clean = await lossAndGradient(loss, [prediction, target, mask]);
    const found = await lossAndGradient(loss, [prediction, spoiled, mask]);
    expect(found.losses).toEqual(clean.losses);
    const half = float32(
      dims,
      Array.from(mask.data, (m, i) => (inRange(i) ? 0 : m)),
    );
    const empty = await lossAndGradient(loss, [prediction, target, half]);
    expect(empty.losses).toEqual([0, clean.losses[1]]);
    expect(empty.gradient.every((g, i) => Number.isFinite(g) && !(inRange(i) && g !== 0))).toBe(true);
  });

  it("prefers the truth", async () => {
    const { losses } = await lossAndGradient(loss, [target, target, mask]);
    const { losses: worse } = await lossAndGradient(loss, [prediction, target, mask]);
    losses.forEach((value, i) => {
      expect(value).toBeLessThan(1e-5);
      expect(worse[i]).toBeGreaterThan(0.05);
    });
  });
});

describe("gradL1Loss", () => {
  it("is ZoeDepth's, which takes one mean over the batch: value and gradient", async () => {
    const goldens = goldenTensors("losses_arrays.safetensors");
    const gt = goldens.get("gt") as Tensor;
    const m = float32(gt.dims, Array.from(goldens.get("mask")?.data as Uint8Array));
    // The pixels that have two valid neighbours, image by image.
    const counts = [0, 1, 2].map((image) => {
      const at = (y: number, x: number) => m.data[image * 108 + y * 12 + x] as number;
      let count = 0;
      for (let y = 1; y < 9; y++) for (let x = 1; x < 12; x++) count += at(y, x) * at(y, x - 1) * at(y - 1, x);
      return count;
    });
    const shares = counts.map((count) => count / counts.reduce((a, b) => a + b, 0));
    const { losses, gradient } = await lossAndGradient(gradL1Loss, [goldens.get("pred") as Tensor, gt, m], shares);
    const pooled = losses.reduce((sum, loss, i) => sum + loss * (shares[i] as number), 0);
    const golden = goldenJson<{ "zoe_gradl1.f64": number }>("losses_results.json")["zoe_gradl1.f64"];
    expect(relativeError([pooled], [golden])).toBeLessThan(5e-7);
    const expected = goldens.get("zoe_gradl1.f64.grad")?.data as Float64Array;
    expect(relativeError(gradient, expected)).toBeLessThan(2e-6);
  });
});

describe("the variants that articles name", () => {
  const run = async (loss: (a: Value, b: Value, m: Value) => Value, first: Tensor, second: Tensor) => {
    const graph = createGraph("variant");
    const [a, b, m] = ["a", "b", "m"].map((name) => input(graph, name, [1, 1, 4])) as [Value, Value, Value];
    const all = float32([1, 1, 4], [1, 1, 1, 0]);
    const [found] = await runOnce([loss(a, b, m)], { a: first, b: second, m: all });
    return found?.data[0];
  };

  it("mean squared error", async () => {
    expect(await run(meanSquaredLoss, float32([1, 1, 4], [1, 2, 3, 9]), float32([1, 1, 4], [1, 4, 0, 0]))).toBeCloseTo(
      (0 + 4 + 9) / 3,
    );
  });

  it("consistency: no loss between views that differ by scale and shift, the same either way round", async () => {
    const [first, second] = [float32([1, 1, 4], [1, 2, 4, 0]), float32([1, 1, 4], [3, 1, 8, 7])];
    expect(await run(consistencyLoss, first, float32([1, 1, 4], [-1, 1, 5, 3]))).toBeCloseTo(0, 6);
    const found = await run(consistencyLoss, first, second);
    expect(found).toBeGreaterThan(0.1);
    expect(found).toBe(await run(consistencyLoss, second, first));
  });
});
