import { staticDims } from "../../graph/dim.ts";
import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";

/** Larger than any disparity or loss: sorts behind every valid element. */
const LAST = 1e9;

/** Which element is the median of an even count: the lower of the two in the middle (`torch.median`) or their mean. */
export type MedianKind = "lower" | "mid";

/** [N, H, W] -> [N, P], P = H W: the form that masked statistics take. */
export function flattenImages(x: Value): Value {
  const [n, h, w] = staticDims(x.dims, "A loss") as [number, number, number];
  return o.reshape(x, [n, h * w]);
}

/** How many elements of each row are valid, but at least 1. [N, P] -> [N, 1] */
export const countValid = (mask: Value): Value => o.maximum(o.reduceSum(mask, [1]), 1);

/** The mean of each row's valid elements, 0 where there are none. [N, P] -> [N, 1] */
export const maskedMean = (x: Value, mask: Value): Value => o.div(o.reduceSum(o.mul(x, mask), [1]), countValid(mask));

/** The median of each row's valid elements; its gradient goes to the elements it is. [N, P] -> [N, 1] */
export function maskedMedian(d: Value, mask: Value, kind: MedianKind = "lower"): Value {
  const [, pixels] = staticDims(d.dims, "A median") as [number, number];
  const count = countValid(mask);
  const lower = orderStatistic(d, mask, o.floor(o.mul(o.add(count, 1), 0.5)), Math.ceil(pixels / 2));
  if (kind === "lower") return lower;
  const upper = orderStatistic(d, mask, o.floor(o.add(o.mul(count, 0.5), 1)), Math.floor(pixels / 2) + 1);
  return o.mul(o.add(lower, upper), 0.5);
}

/**
 * The element of a rank among each row's valid elements, counted from 1 at the smallest; its gradient goes to that
 * element. Some invalid element of rows that hold fewer.
 *
 * Rows have different counts, but finding the k smallest without sorting them (a fourth of the time of sorting half of
 * 8 x 81920) gives only the k-th. So elements below all others are put before each row until the rank is k.
 * @param d [N, P] @param mask [N, P] @param rank whole numbers of 1..maxRank [N, 1] @returns [N, 1]
 */
export function orderStatistic(d: Value, mask: Value, rank: Value, maxRank: number): Value {
  const places = o.reshape(o.arange(d.graph, maxRank), [1, maxRank]);
  const fill = o.where(o.less(places, o.sub(maxRank, rank)), -LAST, LAST); // [N, maxRank]
  const padded = o.concat([o.where(o.greater(mask, 0), d, LAST), fill], 1);
  const [values, positions] = o.smallest(padded, maxRank, 1, { sorted: false });
  const [, largest] = o.smallest(o.neg(values), 1, 1);
  return o.gatherElements(d, o.gatherElements(positions, largest, 1), 1);
}
