import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { affineInvariantLoss } from "./affine-invariant.ts";
import type { DepthLoss } from "./depth-losses.ts";

/**
 * The loss of CutMixed pictures (Depth Anything, eq. 5-8). Each picture shows u_a where `region` is 1 and its partner
 * u_b elsewhere; the two parts have nothing to do with each other, so each is normalised and compared by itself and
 * counts by its area: (sum M / HW) L^M + (sum (1-M) / HW) L^(1-M). A region of ones gives the plain loss.
 * @param prediction the student's, of the mixed picture [N, H, W]
 * @param target the teacher's, T(u_a) where `region` is 1, else T(u_b) [N, H, W]
 * @param mask 1 where the target is valid [N, H, W] @param region M: 1 or 0 [N, H, W]
 * @param loss of one part. Default the affine-invariant loss. @returns one loss an image [N]
 */
export function cutMixLoss(
  prediction: Value,
  target: Value,
  mask: Value,
  region: Value,
  loss: DepthLoss = affineInvariantLoss,
): Value {
  const share = o.reduceMean(region, [1, 2], { keepDims: false }); // [N]
  const inside = loss(prediction, target, o.mul(mask, region));
  const outside = loss(prediction, target, o.mul(mask, o.sub(1, region)));
  return o.add(o.mul(inside, share), o.mul(outside, o.sub(1, share)));
}
