import { staticDims } from "../../graph/dim.ts";
import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";

/** Options of `featureAlignmentLoss`. */
export interface FeatureAlignmentOptions {
  /** Places whose cosine is above it are similar enough and do not count (the paper's alpha). Default 0.85. */
  readonly margin?: number;
  /**
   * What the sum over the places that count is divided by: the number of all places, P (default, eq. 9's 1/HW), or the
   * number of those that count. With `all` a place's pull does not depend on the others and the loss fades out as they
   * pass the margin; with `kept` the pull on the last places grows, and the loss falls from 1 - margin to 0 at once.
   */
  readonly divideBy?: "all" | "kept";
}

/** Square of a length below which a feature counts as having no direction. */
const MIN_SQUARE = 1e-12;

/**
 * Feature alignment (Depth Anything, eq. 9 with its tolerance margin): 1 - cosine between the student's encoder features
 * and a frozen encoder's, summed over the places where the cosine does not exceed the margin, divided by all places.
 * Without a projector between them, on unlabelled pictures only. No gradient reaches the frozen side.
 * @param student [N, P, C] @param frozen [N, P, C] @returns one loss an image [N]
 */
export function featureAlignmentLoss(student: Value, frozen: Value, options: FeatureAlignmentOptions = {}): Value {
  const { margin = 0.85, divideBy = "all" } = options;
  const [, places] = staticDims(student.dims, "Features") as [number, number, number];
  const target = o.stopGradient(frozen);
  const sum = (x: Value) => o.reduceSum(x, [2], { keepDims: false }); // [N, P, C] -> [N, P]
  const length = (x: Value) => o.sqrt(o.maximum(sum(o.mul(x, x)), MIN_SQUARE));
  const cosine = o.div(sum(o.mul(student, target)), o.mul(length(student), length(target)));
  const kept = o.cast(o.lessOrEqual(cosine, margin), "float32");
  const total = (x: Value) => o.reduceSum(x, [1], { keepDims: false }); // [N]
  return o.div(total(o.mul(o.sub(1, cosine), kept)), divideBy === "all" ? places : o.maximum(total(kept), 1));
}
