import { staticDims } from "../../graph/dim.ts";
import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { countValid, orderStatistic } from "./masked-statistics.ts";

/**
 * The mask without the worst share of each picture's valid pixels: the `floor(share x valid)` with the largest residual,
 * fewer only where residuals tie with the last one kept. Depth Anything V2 (section 5.2) ignores "top-n-largest-loss
 * regions, where n is set as 10%", of pseudo-labelled pictures. The choice has no gradient.
 * @param residual loss of each pixel, finite [N, P] @param mask [N, P] @param share 0..1 @returns [N, P]
 */
export function dropWorst(residual: Value, mask: Value, share = 0.1): Value {
  const [, pixels] = staticDims(residual.dims, "The worst pixels") as [number, number];
  const count = countValid(mask);
  const better = o.stopGradient(o.neg(residual));
  // One rank beyond the dropped ones stands the worst pixel that is kept; one always is.
  const rank = o.minimum(o.add(o.floor(o.mul(count, share)), 1), count);
  const bound = orderStatistic(better, mask, rank, Math.min(Math.floor(pixels * share) + 1, pixels));
  return o.mul(mask, o.cast(o.greaterOrEqual(better, bound), "float32"));
}
