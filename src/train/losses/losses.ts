import { staticDims } from "../../graph/dim.ts";
import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";

/** Options of `affineInvariantLoss`. */
export interface AffineInvariantOptions {
  /**
   * Which element is the median of an even count: the lower of the two in the middle (as `torch.median`; default) or
   * their mean.
   */
  readonly median?: "lower" | "mid";
  /** Let the gradient flow through median and scale (default), or treat them as constants. */
  readonly statistics?: "differentiated" | "detached";
}

/** Keeps a constant map's scale from being zero. */
const MIN_SCALE = 1e-6;
/** Larger than any normalised disparity: puts invalid pixels last when sorted. */
const LAST = 1e9;

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
  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  const residual = o.abs(o.sub(affineNormalise(p, m, options), affineNormalise(t, m, options)));
  return o.reshape(maskedMean(residual, m), [p.dims[0] as number]);
}

/** (d - median) / mean absolute deviation over the valid pixels of each row. [N, P] */
export function affineNormalise(d: Value, mask: Value, options: AffineInvariantOptions = {}): Value {
  const detach = options.statistics === "detached" ? o.stopGradient : (x: Value) => x;
  const shift = detach(maskedMedian(d, mask, options.median ?? "lower"));
  const centred = o.sub(d, shift);
  const scale = detach(o.maximum(maskedMean(o.abs(centred), mask), MIN_SCALE));
  return o.div(centred, scale);
}

/** The median of each row's valid elements. [N, P] -> [N, 1] */
export function maskedMedian(d: Value, mask: Value, kind: "lower" | "mid"): Value {
  const [, pixels] = staticDims(d.dims, "A median") as [number, number];
  const filled = o.where(o.greater(mask, 0), d, LAST);
  const [sorted] = o.smallest(filled, Math.floor(pixels / 2) + 1, 1); // the upper half is never the median
  const count = o.maximum(o.reduceSum(mask, [1]), 1); // [N, 1]
  const at = (position: Value) => o.gatherElements(sorted, o.cast(position, "int64"), 1);
  const lower = at(o.floor(o.mul(o.sub(count, 1), 0.5)));
  return kind === "lower" ? lower : o.mul(o.add(lower, at(o.floor(o.mul(count, 0.5)))), 0.5);
}

/** The mean of each row's valid elements, 0 where there are none. [N, P] -> [N, 1] */
export function maskedMean(x: Value, mask: Value): Value {
  return o.div(o.reduceSum(o.mul(x, mask), [1]), o.maximum(o.reduceSum(mask, [1]), 1));
}

/**
 * Gradient matching (MiDaS, Ranftl et al. 2020, eq. 11; 1:2 beside the main loss in Depth Anything V2): the absolute
 * differences between neighbours of the residual of the two normalised maps, where both are valid, over maps
 * subsampled by 1, 2, 4, 8.
 * @param residual difference of the normalised maps [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function gradientMatchingLoss(residual: Value, mask: Value, scales = 4): Value {
  let total: Value | undefined;
  for (let scale = 0; scale < scales; scale++) {
    const step = 2 ** scale;
    const [r, m] = [subsample(residual, step), subsample(mask, step)];
    const pixels = o.maximum(o.reduceSum(m, [1, 2], { keepDims: false }), 1);
    for (const axis of [1, 2]) {
      const size = r.dims[axis] as number;
      const later = (x: Value) => o.slice(x, axis, 1, size);
      const earlier = (x: Value) => o.slice(x, axis, 0, size - 1);
      const change = o.mul(o.abs(o.sub(later(r), earlier(r))), o.mul(later(m), earlier(m)));
      const term = o.div(o.reduceSum(change, [1, 2], { keepDims: false }), pixels);
      total = total ? o.add(total, term) : term;
    }
  }
  return total as Value;
}

function subsample(x: Value, step: number): Value {
  if (step === 1) return x;
  return o.slice(o.slice(x, 1, 0, x.dims[1] as number, step), 2, 0, x.dims[2] as number, step);
}

/** [N, H, W] -> [N, H W] */
export function flattenImages(x: Value): Value {
  const [n, h, w] = staticDims(x.dims, "A loss") as [number, number, number];
  return o.reshape(x, [n, h * w]);
}
