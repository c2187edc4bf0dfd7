import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { flattenImages, maskedMean } from "./masked-statistics.ts";

/** A variance below this share of the mean square is float32's rounding: the map counts as constant. */
const MIN_RELATIVE_VARIANCE = 1e-12;

/** An affine map of each picture. */
export interface ScaleAndShift {
  /** [N, 1] */
  readonly scale: Value;
  /** [N, 1] */
  readonly shift: Value;
  /** Whether the prediction is constant, so that nothing decides its scale. bool [N, 1] */
  readonly degenerate: Value;
}

/**
 * The scale s and shift t of each picture that minimise the sum of (s prediction + t - target)^2 over its valid pixels,
 * differentiated. Solved about the mean: the determinant of the normal equations is the count times the variance, and
 * that product has no digits left in float32 where the mean is large. A constant prediction, whose determinant is 0,
 * gets scale 0 and shift `mean target`.
 * @param prediction [N, P] @param target [N, P] @param mask [N, P]
 */
export function fitScaleAndShift(prediction: Value, target: Value, mask: Value): ScaleAndShift {
  const [meanP, meanT] = [maskedMean(prediction, mask), maskedMean(target, mask)];
  const centred = o.mul(o.sub(prediction, meanP), mask);
  const variance = maskedMean(o.mul(centred, centred), mask);
  const covariance = maskedMean(o.mul(centred, target), mask);
  const meanSquare = o.add(variance, o.mul(meanP, meanP));
  const degenerate = o.lessOrEqual(variance, o.mul(meanSquare, MIN_RELATIVE_VARIANCE));
  const scale = o.where(degenerate, 0, o.div(covariance, o.where(degenerate, 1, variance)));
  return { scale, shift: o.sub(meanT, o.mul(scale, meanP)), degenerate };
}

/**
 * Mean absolute error after the least-squares scale and shift, through which the gradient flows (MiDaS, Ranftl et al.
 * 2020, eq. 4; ZoeDepth's `ScaleAndShiftInvariantLoss`, which takes one mean over the pixels of the whole batch). Scale
 * and shift of a constant prediction are 0 as there, so it costs mean |target| and has no gradient.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function scaleShiftInvariantLoss(prediction: Value, target: Value, mask: Value): Value {
  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  const { scale, shift, degenerate } = fitScaleAndShift(p, t, m);
  const aligned = o.add(o.mul(p, scale), o.where(degenerate, 0, shift));
  return o.reshape(maskedMean(o.abs(o.sub(aligned, t)), m), [m.dims[0] as number]);
}

/** Options of `alignedLogDepthLoss`. */
export interface AlignedLogDepthOptions {
  /** Aligned and true disparity are raised to it, in the target's units. Positive. */
  readonly minDisparity: number;
}

/**
 * Our own, not the paper's: mean |log aligned - log target|, where aligned is the prediction after the least-squares scale
 * and shift, raised to `minDisparity`. That is the relative error of depth after the alignment with which MiDaS'
 * protocol reports AbsRel and delta1, to first order. A raised pixel has no gradient of its own.
 *
 * It means depth only where the target is proportional to 1 / depth, as labelled targets are: not for a teacher's labels.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function alignedLogDepthLoss(
  prediction: Value,
  target: Value,
  mask: Value,
  { minDisparity }: AlignedLogDepthOptions,
): Value {
  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  const { scale, shift } = fitScaleAndShift(p, t, m);
  const log = (x: Value) => o.log(o.maximum(x, minDisparity));
  const error = o.abs(o.sub(log(o.add(o.mul(p, scale), shift)), log(t)));
  return o.reshape(maskedMean(error, m), [m.dims[0] as number]);
}
