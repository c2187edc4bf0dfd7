import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { lossAndGradient, uniform } from "../../../test/support/loss-gradient.ts";
import { differentiate } from "../../graph/differentiate.ts";
import { createGraph, input, type Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { type FeatureAlignmentOptions, featureAlignmentLoss } from "./feature-alignment.ts";

const goldens = goldenTensors("losses_arrays.safetensors");
const [student, frozen] = [goldens.get("feat.student"), goldens.get("feat.frozen")] as [Tensor, Tensor];
const alignment =
  (options: FeatureAlignmentOptions = {}) =>
  (s: Value, f: Value): Value =>
    featureAlignmentLoss(s, f, options);

describe("featureAlignmentLoss", () => {
  it.each(["all", "kept"] as const)("divided by %s: as the golden one, of the batch as a whole", async (divideBy) => {
    const name = `feat_align.alpha0.85.mean_over_${divideBy}.f64`;
    const expected = goldenJson<Record<string, { loss: number }>>("losses_results.json")[name];
    const loss = (s: Value, f: Value) =>
      featureAlignmentLoss(o.reshape(s, [1, 40, 8]), o.reshape(f, [1, 40, 8]), { divideBy });
    const { losses, gradient } = await lossAndGradient(loss, [student, frozen]);
    expect(relativeError(losses, [expected?.loss as number])).toBeLessThan(5e-7);
    expect(relativeError(gradient, goldens.get(`${name}.grad`)?.data as Float64Array)).toBeLessThan(1e-6);
  });

  it("takes margin 0.85 and all places by default, and gives one loss an image", async () => {
    const found = await lossAndGradient(alignment(), [student, frozen]);
    expect(found).toEqual(await lossAndGradient(alignment({ margin: 0.85, divideBy: "all" }), [student, frozen]));
    expect(found.losses).toHaveLength(2);
  });

  it("with margin 1 is 1 - the mean cosine, and 0 with a margin that all places pass", async () => {
    const [s, f] = [float32([1, 2, 2], [1, 0, 3, 4]), float32([1, 2, 2], [0, 2, 4, 3])];
    expect((await lossAndGradient(alignment({ margin: 1 }), [s, f])).losses[0]).toBeCloseTo(1 - (0 + 0.96) / 2, 6);
    const passed = await lossAndGradient(alignment({ margin: -0.5 }), [s, f]);
    expect(passed.losses).toEqual([0]);
    expect(passed.gradient.every((g) => g === 0)).toBe(true);
  });

  it("stays finite for features of length 0", async () => {
    const [zero, some] = [float32([1, 2, 3]), uniform([1, 2, 3], createRandom(5))];
    for (const tensors of [
      [zero, some],
      [some, zero],
      [zero, zero],
    ] as const) {
      const { losses, gradient } = await lossAndGradient(alignment(), tensors);
      expect(losses[0]).toBeCloseTo(1, 6);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it("has no gradient for the frozen side", () => {
    const graph = createGraph("frozen");
    const [s, f] = [input(graph, "s", [1, 2, 3]), input(graph, "f", [1, 2, 3])];
    expect(() => differentiate(featureAlignmentLoss(s, f), [f])).toThrow(/does not depend on "f"/);
  });
});
