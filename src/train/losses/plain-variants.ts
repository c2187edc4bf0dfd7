import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { affineInvariantLoss } from "./affine-invariant.ts";
import { flattenImages, maskedMean } from "./masked-statistics.ts";

/**
 * Mean squared error, without any normalisation. Popular articles name it as Depth Anything's loss; the paper does not
 * use it.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function meanSquaredLoss(prediction: Value, target: Value, mask: Value): Value {
  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  const residual = o.sub(p, t);
  return o.reshape(maskedMean(o.mul(residual, residual), m), [m.dims[0] as number]);
}

/**
 * Consistency between the predictions of two perturbed views of one picture, pixel upon pixel: each affine-normalised,
 * their mean absolute difference, with gradients into both. Articles name it; in the paper the teacher's pseudo-label of
 * the clean picture plays this part.
 * @param first [N, H, W] @param second [N, H, W] @param mask 1 where both views show the same [N, H, W] @returns [N]
 */
export const consistencyLoss = (first: Value, second: Value, mask: Value): Value =>
  affineInvariantLoss(first, second, mask);
