import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { countValid, flattenImages, maskedMean } from "./masked-statistics.ts";

/** Below it a root would have an endless gradient; such a picture fits exactly and costs 0. */
const MIN_SQUARE = 1e-12;
/** Depth below which logarithms are not taken. */
const MIN_DEPTH = 1e-7;

/** Options of `siLogLoss`. */
export interface SiLogOptions {
  /** How much of the error of the mean is forgiven: 0 none, 1 all of it. Default 0.5, as in V2's training. */
  readonly lambda?: number;
}

/**
 * SILog of Depth Anything V2 (`metric_depth/util/loss.py`, `SiLogLoss`): sqrt(mean e^2 - lambda (mean e)^2) with
 * e = ln target - ln prediction. For depths in metres; the official code takes the means over a whole batch. Depths are
 * raised to 1e-7 first, where the official code would give an infinite loss.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function siLogLoss(prediction: Value, target: Value, mask: Value, { lambda = 0.5 }: SiLogOptions = {}): Value {
  const log = (x: Value) => o.log(o.maximum(x, MIN_DEPTH));
  const { meanSquare, spread, count } = logErrors(log(prediction), log(target), mask);
  return root(o.add(o.div(spread, count), o.mul(meanSquare, 1 - lambda)));
}

/** Options of `zoeSiLogLoss`. */
export interface ZoeSiLogOptions {
  /** Added to every depth before its logarithm. Default 1e-7. */
  readonly alpha?: number;
  /** Weight of the squared mean. Default 0.15. */
  readonly beta?: number;
}

/**
 * SILog of ZoeDepth (`zoedepth/trainers/loss.py`, `SILogLoss`), with which the metric models of Depth Anything V1 were
 * tuned: 10 sqrt(var e + beta (mean e)^2), e = ln(prediction + alpha) - ln(target + alpha), with the unbiased variance. For
 * depths in metres; the official code takes the statistics over a whole batch.
 * @param prediction [N, H, W] @param target [N, H, W] @param mask [N, H, W] @returns one loss an image [N]
 */
export function zoeSiLogLoss(
  prediction: Value,
  target: Value,
  mask: Value,
  { alpha = 1e-7, beta = 0.15 }: ZoeSiLogOptions = {},
): Value {
  const log = (x: Value) => o.log(o.add(o.relu(x), alpha)); // invalid depths may be negative
  const { meanSquare, spread, count } = logErrors(log(prediction), log(target), mask);
  return o.mul(root(o.add(o.div(spread, o.maximum(o.sub(count, 1), 1)), o.mul(meanSquare, beta))), 10);
}

/** Of each picture's differences: the squared mean, the sum of squares about the mean, how many. [N, 1] each */
function logErrors(logPrediction: Value, logTarget: Value, mask: Value) {
  const [p, t, m] = [logPrediction, logTarget, mask].map(flattenImages) as [Value, Value, Value];
  const error = o.sub(p, t);
  const mean = maskedMean(error, m);
  const centred = o.mul(o.sub(error, mean), m);
  return { meanSquare: o.mul(mean, mean), spread: o.reduceSum(o.mul(centred, centred), [1]), count: countValid(m) };
}

/** [N, 1] -> [N] */
function root(square: Value): Value {
  const safe = o.where(o.greater(square, MIN_SQUARE), o.sqrt(o.maximum(square, MIN_SQUARE)), 0);
  return o.reshape(safe, [square.dims[0] as number]);
}
