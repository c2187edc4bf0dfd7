import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { lossAndGradient } from "../../../test/support/loss-gradient.ts";
import type { Value } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { affineInvariantLoss } from "./affine-invariant.ts";
import { cutMixLoss } from "./cut-mix.ts";
import { depthLosses } from "./depth-losses.ts";

const goldens = goldenTensors("losses_arrays.safetensors");
const results = goldenJson<{ "cutmix.mid.f64": { per_image: number[]; batch: number } }>("losses_results.json");
const tensor = (name: string) => goldens.get(name) as Tensor;
const bits = (name: string) => Array.from(tensor(name).data as Uint8Array);
const dims = tensor("pred").dims;
const ones = float32(dims, Array(324).fill(1));
const region = float32(dims, bits("cutmix.mask"));
const [a, b] = [tensor("cutmix.teacher_a").data, tensor("cutmix.teacher_b").data] as [Float32Array, Float32Array];
/** T(u_a) inside the region, T(u_b) outside. */
const target = float32(
  dims,
  Array.from(a, (value, i) => (region.data[i] ? value : (b[i] as number))),
);

const mid = (p: Value, t: Value, m: Value) => affineInvariantLoss(p, t, m, { median: "mid" });

describe("cutMixLoss", () => {
  it("is the golden one: value and gradient", async () => {
    const loss = (p: Value, t: Value, m: Value, r: Value) => cutMixLoss(p, t, m, r, mid);
    const { losses, gradient } = await lossAndGradient(loss, [tensor("pred"), target, ones, region]);
    expect(relativeError(losses, results["cutmix.mid.f64"].per_image)).toBeLessThan(5e-7);
    const expected = tensor("cutmix.mid.f64.grad").data as Float64Array;
    expect(relativeError(gradient, expected)).toBeLessThan(1e-6);
  });

  it.each(["affineInvariant", "scaleShiftInvariant", "alignedLogDepth"] as const)(
    "with a region of ones or zeros is plain %s",
    async (name) => {
      const loss = depthLosses[name];
      const mask = float32(dims, bits("mask"));
      const plain = await lossAndGradient(loss, [tensor("pred"), target, mask]);
      for (const whole of [ones, float32(dims)]) {
        const mixed = (p: Value, t: Value, m: Value, r: Value) => cutMixLoss(p, t, m, r, loss);
        const { losses, gradient } = await lossAndGradient(mixed, [tensor("pred"), target, mask, whole]);
        expect(losses).toEqual(plain.losses);
        expect(relativeError(gradient, plain.gradient)).toBeLessThan(1e-6);
      }
    },
  );

  it("compares nothing across the rectangle's border", async () => {
    const moved = (data: ArrayLike<number>) =>
      float32(
        dims,
        Array.from(data, (value, i) => (region.data[i] ? 3 * value + 5 : 0.5 * value)),
      );
    const tensors = [tensor("pred"), target, ones, region];
    const plain = (p: Value, t: Value, m: Value, r: Value) => cutMixLoss(p, t, m, r);
    const { losses } = await lossAndGradient(plain, tensors);
    const shifted = [moved(tensor("pred").data as Float32Array), target, ones, region];
    const { losses: found } = await lossAndGradient(plain, shifted);
    expect(relativeError(found, losses)).toBeLessThan(1e-5);
  });
});
