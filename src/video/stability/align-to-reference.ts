import type { Affine } from "../../geometry/least-squares.ts";
import { median } from "../../util/median.ts";

/** Rounds of reweighting; the weights hardly move after that. */
const ROUNDS = 5;

/** Residuals of this many standard deviations count nothing (Tukey's biweight, 95 % efficient for normal noise). */
const TUNING = 4.685;
const DEVIATIONS = 1.4826;

/** With less correlation than this, or fewer cells, there is nothing to fit. */
const LEAST_CORRELATION = 0.5;
const FEWEST_CELLS = 24;

/** Cells of less weight do not take part. */
const LEAST_WEIGHT = 0.05;

/** One fit may not change a map more than this. */
const LARGEST_SCALE = 3;

/** A frame's map and its reference at the cells of a coarse grid. */
export interface AlignmentCells {
  readonly values: Float32Array;
  readonly reference: Float32Array;
  /** 0..1; cells of weight 0 do not take part. */
  readonly weights: Float32Array;
}

/** Scale and shift of a frame against its reference. */
export interface AlignmentFit extends Affine {
  /** Mean of the frame's values that agree: there the line is known best. */
  readonly centre: number;
}

/**
 * Scale and shift that bring a map to its reference on the part that agrees: iteratively reweighted, with Tukey's weights
 * times the given ones. Both maps are noisy, so the scale is the ratio of their spreads (reduced major axis); least
 * squares would shrink the map a little at every frame, and a chain of fits would fade out.
 * @returns `undefined` where nothing can be fitted: few cells, a constant map, maps that do not correlate, scales beyond
 *   a third or the triple
 */
export function alignToReference({ values, reference, weights }: AlignmentCells): AlignmentFit | undefined {
  const used = usableCells({ values, reference, weights });
  if (used.length < FEWEST_CELLS) return undefined;
  const robust = new Float64Array(used.length);
  const residuals = new Float64Array(used.length);
  let line: AlignmentFit = { ...medianLine(values, reference, used), centre: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const { scale, shift } = line;
    for (let k = 0; k < used.length; k++) {
      const i = used[k] as number;
      residuals[k] = Math.abs(scale * (values[i] as number) + shift - (reference[i] as number));
    }
    const limit = Math.max(TUNING * DEVIATIONS * median(residuals), Number.MIN_VALUE);
    for (let k = 0; k < used.length; k++) {
      const share = (residuals[k] as number) / limit;
      robust[k] = share < 1 ? (1 - share * share) ** 2 : 0;
    }
    const next = weightedAxis(values, reference, weights, used, robust);
    if (next === undefined) return undefined;
    line = next;
  }
  return line.scale > LARGEST_SCALE || line.scale < 1 / LARGEST_SCALE ? undefined : line;
}

function usableCells({ values, reference, weights }: AlignmentCells): Int32Array {
  const used = new Int32Array(weights.length);
  let count = 0;
  for (let i = 0; i < weights.length; i++)
    if ((weights[i] as number) > LEAST_WEIGHT && Number.isFinite((values[i] as number) + (reference[i] as number)))
      used[count++] = i;
  return used.subarray(0, count);
}

/** Equal medians and equal median deviations: where the rounds begin, not far off whatever a third of the cells does. */
function medianLine(x: Float32Array, y: Float32Array, used: Int32Array): Affine {
  const centreAndDeviation = (plane: Float32Array): readonly [number, number] => {
    const own = Float64Array.from(used, (i) => plane[i] as number);
    const centre = median(own);
    return [centre, median(own.map((value) => Math.abs(value - centre)))];
  };
  const [centreX, deviationX] = centreAndDeviation(x);
  const [centreY, deviationY] = centreAndDeviation(y);
  const scale = deviationX > 0 ? deviationY / deviationX : 1;
  return { scale, shift: centreY - scale * centreX };
}

function weightedAxis(
  x: Float32Array,
  y: Float32Array,
  weights: Float32Array,
  used: Int32Array,
  robust: Float64Array,
): AlignmentFit | undefined {
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  for (let k = 0; k < used.length; k++) {
    const i = used[k] as number;
    const weight = (weights[i] as number) * (robust[k] as number);
    sum += weight;
    sumX += weight * (x[i] as number);
    sumY += weight * (y[i] as number);
  }
  const meanX = sumX / sum;
  const meanY = sumY / sum;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let k = 0; k < used.length; k++) {
    const i = used[k] as number;
    const weight = (weights[i] as number) * (robust[k] as number);
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xx += weight * dx * dx;
    xy += weight * dx * dy;
    yy += weight * dy * dy;
  }
  const noise = 1e-12 * sum * (meanX * meanX + meanY * meanY);
  if (!(xx > noise && yy > noise && xy > LEAST_CORRELATION * Math.sqrt(xx * yy))) return undefined;
  const scale = Math.sqrt(yy / xx);
  return { scale, shift: meanY - scale * meanX, centre: meanX };
}
