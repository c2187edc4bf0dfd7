import type { Affine } from "../../geometry/least-squares.ts";
import { sampledPercentiles } from "../../geometry/percentiles.ts";
import { median } from "../../util/median.ts";
import type { AlignmentCells } from "./align-to-reference.ts";

/** The tolerance in standard deviations of the noise: what most places differ by is noise, however much that is. */
const DEVIATIONS = 7;
/** The least tolerance as a share of the map's spread. */
const LEAST_SHARE = 0.05;

/** Standard deviations of normal noise in its median absolute value. */
const PER_MEDIAN = 1.4826;

/** How different two maps may be at a place and still be taken for the same thing: as they are at most places, within limits. */
export function correctionTolerance(
  { values, reference, weights }: AlignmentCells,
  { scale, shift }: Affine,
  change: Affine,
): number {
  const [low, high] = sampledPercentiles(reference, [0.05, 0.95]);
  const differences = values.map((value, i) =>
    Math.abs(scale * value + shift - change.scale * (reference[i] as number) - change.shift),
  );
  const noise = median(differences.filter((value, i) => (weights[i] as number) > 0.5 && Number.isFinite(value)));
  return Math.max(DEVIATIONS * PER_MEDIAN * (noise || 0), LEAST_SHARE * (high - low) || 0);
}
