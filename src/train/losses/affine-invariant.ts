import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { dropWorst } from "./drop-worst.ts";
import { flattenImages, type MedianKind, maskedMean, maskedMedian } from "./masked-statistics.ts";

/** Options of `affineNormalise`. */
export interface AffineOptions {
  /** Default `lower`. */
  readonly median?: MedianKind;
  /** Let the gradient flow through median and scale (default), or treat them as constants. */
  readonly statistics?: "differentiated" | "detached";
}

/** Options of `affineInvariantLoss`. */
export interface AffineInvariantOptions extends AffineOptions {
  /** Share of each picture's valid pixels, those with the largest loss, that do not count; see `dropWorst`. Default 0. */
  readonly dropShare?: number;
}

/** Keeps a constant map's scale from being zero. */
const MIN_SCALE = 1e-6;

/**
 * The affine-invariant loss of Depth Anything (eq. 1-3): both maps are shifted to median 0 and scaled to mean absolute
 * deviation 1 over their valid pixels, then compared by mean absolute error. Images without valid pixels count as 0.
 * @param prediction disparity [N, H, W] @param target disparity [N, H, W], finite where not valid too
 * @param mask 1 where valid, else 0 [N, H, W]
 * @returns one loss an image [N]
 */
export function affineInvariantLoss(
  prediction: Value,
  target: Value,
  mask: Value,
  options: AffineInvariantOptions = {},
): Value {
  const { dropShare = 0 } = options;
  const m = flattenImages(mask);
  const error = o.abs(flattenImages(affineResidual(prediction, target, mask, options)));
  const counted = dropShare > 0 ? dropWorst(error, m, dropShare) : m;
  return o.reshape(maskedMean(error, counted), [m.dims[0] as number]);
}

/** Difference of the two affine-normalised maps, for every pixel. [N, H, W] */
export function affineResidual(prediction: Value, target: Value, mask: Value, options: AffineOptions = {}): Value {
  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  return o.reshape(o.sub(affineNormalise(p, m, options), affineNormalise(t, m, options)), prediction.dims);
}

/** (d - median) / mean absolute deviation over the valid pixels of each row (eq. 2-3). [N, P] */
export function affineNormalise(d: Value, mask: Value, options: AffineOptions = {}): Value {
  const detach = options.statistics === "detached" ? o.stopGradient : (x: Value) => x;
  const centred = o.sub(d, detach(maskedMedian(d, mask, options.median)));
  const scale = detach(o.maximum(maskedMean(o.abs(centred), mask), MIN_SCALE));
  return o.div(centred, scale);
}
