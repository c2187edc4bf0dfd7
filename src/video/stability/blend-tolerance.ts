import type { Affine } from "../../geometry/least-squares.ts";
import { sampledPercentiles } from "../../geometry/percentiles.ts";
import { median } from "../../util/median.ts";
import type { AlignmentCells } from "./align-to-reference.ts";

/** The tolerance in standard deviations of the noise, and the shares of the map's spread it stays between. */
const DEVIATIONS = 3;
const SHARES = [0.01, 0.06] as const;

/** Standard deviations of normal noise in its median absolute value. */
const PER_MEDIAN = 1.4826;

/** How different two maps may be at a place and still be mixed: as much as they are at most places, within limits. */
export function blendTolerance({ values, reference, weights }: AlignmentCells, { scale, shift }: Affine): number {
  const [low, high] = sampledPercentiles(reference, [0.05, 0.95]);
  const differences = values.map((value, i) => Math.abs(scale * value + shift - (reference[i] as number)));
  const noise = median(differences.filter((value, i) => (weights[i] as number) > 0.5 && Number.isFinite(value)));
  const [least, most] = SHARES.map((share) => share * (high - low)) as [number, number];
  return Math.min(Math.max(DEVIATIONS * PER_MEDIAN * (noise || 0), least), most);
}
