import { describe, expect, test } from "vitest";
import { goldenJson, goldenTensors } from "../../test/golden-file.ts";
import { disparityToDepth, fitDisparity } from "./align-disparity.ts";
import { depthMetrics } from "./depth-metrics.ts";

interface Golden {
  readonly cases: {
    readonly flat_v1_compute_errors_f64: { readonly result: Readonly<Record<string, number>> };
    readonly relative_alignment: {
      readonly scale: readonly number[];
      readonly shift: readonly number[];
      readonly midas_depth_space_cap10: readonly Readonly<Record<string, number>>[];
    };
  };
}
const golden = goldenJson<Golden>("metrics_results.json").cases;
const arrays = goldenTensors("metrics_arrays.safetensors");
const floats = (name: string) => arrays.get(name)?.data as Float32Array;
const all = (data: ArrayLike<number>) => new Uint8Array(data.length).fill(1);

describe("depthMetrics", () => {
  test("equals the official code", () => {
    const [prediction, truth] = [floats("flat.pred"), floats("flat.gt")];
    const metrics = depthMetrics(prediction, truth, all(truth));
    const { a1, a2, a3, abs_rel, rmse } = golden.flat_v1_compute_errors_f64.result;
    const expected = { delta1: a1, delta2: a2, delta3: a3, absRel: abs_rel, rmse };
    for (const [key, value] of Object.entries(expected))
      expect(metrics?.[key as keyof typeof expected]).toBeCloseTo(value as number, 6);
  });

  test("has no score where nothing is valid", () => {
    expect(depthMetrics([1], [1], [0])).toBeUndefined();
  });
});

describe("fitDisparity", () => {
  test("scores as MiDaS's protocol does", () => {
    const [prediction, truth] = [floats("rel.pred_disparity"), floats("rel.gt_depth")];
    const mask = arrays.get("rel.mask")?.data as Uint8Array;
    const pixels = truth.length / 2;
    golden.relative_alignment.midas_depth_space_cap10.forEach((expected, i) => {
      const cut = (data: Float32Array) => data.subarray(i * pixels, (i + 1) * pixels);
      const valid = mask.subarray(i * pixels, (i + 1) * pixels);
      const affine = fitDisparity(cut(prediction), cut(truth), valid);
      expect(affine.scale).toBeCloseTo(golden.relative_alignment.scale[i] as number, 5);
      expect(affine.shift).toBeCloseTo(golden.relative_alignment.shift[i] as number, 5);
      const metrics = depthMetrics(disparityToDepth(cut(prediction), affine, 10), cut(truth), valid);
      expect(metrics?.absRel).toBeCloseTo(expected.abs_rel as number, 5);
      expect(metrics?.delta1).toBeCloseTo(expected.d1 as number, 5);
    });
  });

  test("recovers an exact affine map and gives zeros for a constant prediction", () => {
    const depth = [1, 2, 4, 8];
    const prediction = depth.map((metres) => (1 / metres - 0.3) / 2);
    const { scale, shift } = fitDisparity(prediction, depth, all(depth));
    expect([scale, shift]).toEqual([expect.closeTo(2, 9), expect.closeTo(0.3, 9)]);
    expect(fitDisparity([1, 1, 1, 1], depth, all(depth))).toEqual({ scale: 0, shift: 0 });
  });
});
