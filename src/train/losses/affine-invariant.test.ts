import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../../test/golden-file.ts";
import { lossAndGradient, randomMask, uniform } from "../../../test/support/loss-gradient.ts";
import { runOnce } from "../../../test/support/run-graph.ts";
import { createGraph, input, type Value } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { type AffineInvariantOptions, affineInvariantLoss, affineResidual } from "./affine-invariant.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const affine =
  (options: AffineInvariantOptions) =>
  (p: Value, t: Value, m: Value): Value =>
    affineInvariantLoss(p, t, m, options);

const plain = affine({});

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
    const found = await lossAndGradient(affine({ median, statistics }), [prediction, target, mask]);
    // Measured: 1.1e-7 and 2.3e-7.
    expect(relativeError(found.losses, expected.per_image)).toBeLessThan(5e-7);
    expect(mean(found.losses)).toBeCloseTo(expected.batch_mean_of_images, 6);
    expect(relativeError(found.gradient, tensors.get(`${name}.grad`)?.data as Float64Array)).toBeLessThan(1e-6);
  });

  it("takes the lower median and differentiated statistics by default", async () => {
    const found = await lossAndGradient(plain, [prediction, target, mask]);
    const named = affine({ median: "lower", statistics: "differentiated" });
    expect(found).toEqual(await lossAndGradient(named, [prediction, target, mask]));
  });

  it("does not see scale and shift", async () => {
    const moved = float32(
      prediction.dims,
      Array.from(prediction.data as Float32Array, (d) => 0.2 * d + 30),
    );
    const { losses } = await lossAndGradient(plain, [moved, target, mask]);
    const { losses: expected } = await lossAndGradient(plain, [prediction, target, mask]);
    expect(relativeError(losses, expected)).toBeLessThan(1e-5); // 30 leaves 0.2 * d about 18 bits
  });

  const dims = [2, 3, 4];
  const random = createRandom(1);
  const noise = () => uniform(dims, random);
  const onlySecond = (valid: number) =>
    float32(
      dims,
      Array.from({ length: 24 }, (_, i) => Number(i >= 12 && i < 12 + valid)),
    );

  it("counts an image without valid pixels as 0", async () => {
    const [p, t] = [noise(), noise()];
    const { losses, gradient } = await lossAndGradient(plain, [p, t, onlySecond(9)]);
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
      const { losses, gradient } = await lossAndGradient(plain, [p, t, onlySecond(valid)]);
      // The map that varies has mean absolute deviation 1, so this is the loss; one pixel never varies.
      expect(losses[1]).toBeCloseTo(valid === 1 || p === t ? 0 : 1, 4);
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  it("leaves the worst pixels out of its mean where asked", async () => {
    const shape = [2, 10, 12];
    const tensors = [uniform(shape, random), uniform(shape, random), randomMask(shape, random, 0.7)] as const;
    const { losses } = await lossAndGradient(affine({ dropShare: 0.25 }), tensors);
    const graph = createGraph("residual");
    const [p, t, m] = ["p", "t", "m"].map((name) => input(graph, name, shape)) as [Value, Value, Value];
    const [residual] = await runOnce([affineResidual(p, t, m)], { p: tensors[0], t: tensors[1], m: tensors[2] });
    const expected = [0, 1].map((image) => {
      const errors = Array.from(residual?.data as Float32Array, Math.abs)
        .slice(120 * image, 120 * (image + 1))
        .filter((_, i) => tensors[2].data[120 * image + i])
        .sort((a, b) => a - b);
      return mean(errors.slice(0, errors.length - Math.floor(errors.length / 4)));
    });
    expect(relativeError(losses, expected)).toBeLessThan(1e-6);
  });
});
