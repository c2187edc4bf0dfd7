import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";

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
