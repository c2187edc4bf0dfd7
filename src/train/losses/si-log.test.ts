import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { lossAndGradient, randomMask, uniform } from "../../../test/support/loss-gradient.ts";
import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import type { DepthLoss } from "./depth-losses.ts";
import { siLogLoss, zoeSiLogLoss } from "./si-log.ts";

const goldens = goldenTensors("losses_arrays.safetensors");
const results = goldenJson<Record<string, number>>("losses_results.json");
const target = goldens.get("gt") as Tensor;
const mask = float32(target.dims, Array.from(goldens.get("mask")?.data as Uint8Array));

/** The official codes pool the pixels of a batch: the same as one tall picture. */
const pooled =
  (loss: (p: Value, t: Value, m: Value) => Value) =>
  (...maps: Value[]): Value => {
    const tall = (x: Value) => o.reshape(x, [1, 27, 12]);
    return loss(...(maps.map(tall) as [Value, Value, Value]));
  };

async function expectGolden(name: string, loss: (...maps: Value[]) => Value, prediction: Tensor) {
  const { losses, gradient } = await lossAndGradient(loss, [prediction, target, mask]);
  expect(relativeError(losses, [results[`${name}.f64`] as number])).toBeLessThan(5e-7);
  const expected = goldens.get(`${name}.f64.grad`)?.data as Float64Array;
  expect(relativeError(gradient, expected)).toBeLessThan(2e-6);
}

describe("siLogLoss", () => {
  it.each([0.5, 0.85])("lambda %d: as the official code", async (lambda) => {
    const loss = pooled((p, t, m) => siLogLoss(p, t, m, { lambda }));
    await expectGolden(`v2_silog.lambd${lambda}`, loss, goldens.get("pred") as Tensor);
  });

  it("takes lambda 0.5 by default", () =>
    expectGolden("v2_silog.lambd0.5", pooled(siLogLoss), goldens.get("pred") as Tensor));
});

describe("zoeSiLogLoss", () => {
  it("is the official code's", () =>
    expectGolden("zoe_silog.beta0.15", pooled(zoeSiLogLoss), goldens.get("pred") as Tensor));

  it("is the official code's on a prediction brought to the target's size", () => {
    const resized = (...[small, t, m]: Value[]) =>
      pooled(zoeSiLogLoss)(o.resizeBilinear(small as Value, 9, 12, "align_corners"), t as Value, m as Value);
    return expectGolden("zoe_silog.interpolated", resized, goldens.get("pred_small") as Tensor);
  });
});

describe.each<[string, DepthLoss]>([
  ["siLogLoss", siLogLoss],
  ["zoeSiLogLoss", zoeSiLogLoss],
])("%s", (_name, loss) => {
  const dims = [2, 4, 5];
  const random = createRandom(12);

  it("is 0 with a finite gradient for a perfect prediction and for nothing valid", async () => {
    const depth = uniform(dims, random, 1, 10);
    for (const [p, m] of [
      [depth, randomMask(dims, random, 1)],
      [uniform(dims, random), float32(dims)],
    ] as const) {
      const { losses, gradient } = await lossAndGradient(loss, [p, depth, m]);
      expect(losses).toEqual([0, 0]);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it("looks at valid pixels only, even where the others hold 0 or less", async () => {
    const [p, m] = [uniform(dims, random, 1, 9), randomMask(dims, random, 0.6)];
    const t = uniform(dims, random, 1, 9);
    const spoiled = float32(
      dims,
      Array.from(t.data, (d, i) => (m.data[i] ? d : -1)),
    );
    const { losses, gradient } = await lossAndGradient(loss, [p, spoiled, m]);
    const clean = await lossAndGradient(loss, [p, t, m]);
    expect(losses).toEqual(clean.losses);
    expect(relativeError(gradient, clean.gradient)).toBe(0);
    expect(gradient.every((g, i) => Number.isFinite(g) && (m.data[i] === 1 || g === 0))).toBe(true);
  });
});
