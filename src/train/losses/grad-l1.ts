import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { flattenImages, maskedMean } from "./masked-statistics.ts";

/** As in the official code, so that a step along y alone has an angle. */
const EPSILON = 1e-10;

/**
 * ZoeDepth's `GradL1Loss` (`zoedepth/trainers/loss.py`), for depths in metres: the absolute differences of the squared
 * lengths of the two maps' gradients, plus those of their directions. The official training leaves it out (weight 0),
 * with reason: the direction's derivative is 1e10 where the prediction is flat.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function gradL1Loss(prediction: Value, target: Value, mask: Value): Value {
  const valid = flattenImages(neighbours(mask).reduce(o.mul));
  const [p, t] = [gradient(prediction), gradient(target)];
  const difference = (a: Value, b: Value) => maskedMean(flattenImages(o.abs(o.sub(a, b))), valid);
  const loss = o.add(difference(p.square, t.square), difference(p.angle, t.angle));
  return o.reshape(loss, [mask.dims[0] as number]);
}

/** Each pixel but those of the first row and column, the one left of it, the one above it. [N, H-1, W-1] each */
function neighbours(x: Value): readonly [here: Value, left: Value, above: Value] {
  const [, height, width] = x.dims as [number, number, number];
  const part = (top: number, left: number) => o.slice(o.slice(x, 1, top, top + height - 1), 2, left, left + width - 1);
  return [part(1, 1), part(1, 0), part(0, 1)];
}

function gradient(x: Value) {
  const [here, left, above] = neighbours(x);
  const [dx, dy] = [o.sub(here, left), o.sub(here, above)];
  return { square: o.add(o.mul(dx, dx), o.mul(dy, dy)), angle: o.atan(o.div(dy, o.add(dx, EPSILON))) };
}
