import { DepthError } from "../util/errors.ts";

/** Errors of predicted depth against the truth over the valid pixels of one picture. */
export interface DepthMetrics {
  /** Mean of |d - g| / g. */
  readonly absRel: number;
  /** Mean of (d - g)^2 / g, in the unit of depth. */
  readonly sqRel: number;
  /** Root of the mean of (d - g)^2, in the unit of depth. */
  readonly rmse: number;
  /** Root of the mean of e^2, where e = ln d - ln g. */
  readonly rmseLog: number;
  /** Mean of |log10 d - log10 g|. */
  readonly log10: number;
  /** 100 sqrt(mean e^2 - (mean e)^2): KITTI, ZoeDepth, Depth Anything V1. */
  readonly silog: number;
  /** sqrt(mean e^2 - 0.5 (mean e)^2): Depth Anything V2. */
  readonly silogV2: number;
  /** Share of pixels with max(d/g, g/d) < 1.25. */
  readonly delta1: number;
  /** The same for 1.25^2. */
  readonly delta2: number;
  /** The same for 1.25^3. */
  readonly delta3: number;
}

/** The scores a table can show: errors of depth, and those of order, edges and clips, which not every dataset has. */
export type MetricKey = keyof DepthMetrics | "ordinalError" | "edgeF1" | "pairAccuracy" | "flicker" | "truthFlicker";

/** One metric, for tables and their legends. */
export interface MetricRow {
  readonly key: MetricKey;
  /** As papers print it. */
  readonly title: string;
  /** In depth space; a number without unit, or a share of 1, where absent. */
  readonly unit?: string;
  readonly better: "lower" | "higher";
  /** Where its definition stands. */
  readonly source: string;
}

/** All metrics in the order of tables. */
export const METRICS: readonly MetricRow[] = [
  { key: "absRel", title: "AbsRel", better: "lower", source: "Eigen et al., NeurIPS 2014" },
  { key: "sqRel", title: "SqRel", unit: "m", better: "lower", source: "Eigen et al., NeurIPS 2014" },
  { key: "rmse", title: "RMSE", unit: "m", better: "lower", source: "Eigen et al., NeurIPS 2014" },
  { key: "rmseLog", title: "RMSElog", better: "lower", source: "Eigen et al., NeurIPS 2014" },
  { key: "log10", title: "log10", better: "lower", source: "Saxena et al., TPAMI 2009" },
  { key: "silog", title: "SILog", better: "lower", source: "KITTI; ZoeDepth misc.py (times 100)" },
  { key: "silogV2", title: "SILog (V2)", better: "lower", source: "Depth Anything V2 metric_depth/util/metric.py" },
  { key: "delta1", title: "δ1", better: "higher", source: "Ladicky et al., CVPR 2014" },
  { key: "delta2", title: "δ2", better: "higher", source: "Ladicky et al., CVPR 2014" },
  { key: "delta3", title: "δ3", better: "higher", source: "Ladicky et al., CVPR 2014" },
  { key: "ordinalError", title: "Ord", better: "lower", source: "Xian et al., CVPR 2020" },
  { key: "edgeF1", title: "Edge F1", better: "higher", source: "Bochkovskii et al., Depth Pro, 2024" },
  { key: "pairAccuracy", title: "Pairs", better: "higher", source: "DA-2K, Depth Anything V2" },
  {
    key: "flicker",
    title: "Flicker %",
    better: "lower",
    source: "change along the motion, percent of the spread: video/flicker",
  },
  {
    key: "truthFlicker",
    title: "Flicker/truth %",
    better: "lower",
    source: "the same less the change of the truth: video/flicker",
  },
];

/**
 * The usual depth errors (Eigen et al., NeurIPS 2014) over valid pixels alone, summed in float64. Nothing is clamped
 * here: limiting predictions to a depth range belongs to the protocol, and a number without a logarithm is an error.
 * @param prediction d, one value a valid pixel, finite and above 0 @param truth g, as many, finite and above 0
 * @returns undefined when there are no pixels
 * @throws DepthError `bad-argument` for different lengths and for a value that is not finite or not above 0.
 */
export function depthMetrics(prediction: ArrayLike<number>, truth: ArrayLike<number>): DepthMetrics | undefined {
  const n = truth.length;
  if (prediction.length !== n) {
    const found = `${prediction.length} predictions and ${n} truths`;
    throw new DepthError(
      "bad-argument",
      `Depth metrics compare pixel by pixel, but got ${found}; give as many of each.`,
    );
  }
  if (n === 0) return undefined;
  // Two loops: the call of Math.log in the first would make the sums of the second leave their registers.
  const logs = logSums(prediction, truth);
  const sums = ratioSums(prediction, truth);
  if (!Number.isFinite(logs.squares) || sums.notPositive > 0) throw unusablePixel(prediction, truth);
  const meanLog = logs.signed / n;
  const meanSquare = logs.squares / n;
  return {
    absRel: sums.relative / n,
    sqRel: sums.squaredRelative / n,
    rmse: Math.sqrt(sums.squares / n),
    rmseLog: Math.sqrt(meanSquare),
    log10: logs.absolute / n / Math.LN10,
    // Rounding can leave a tiny negative number where all errors are equal.
    silog: 100 * Math.sqrt(Math.max(0, meanSquare - meanLog ** 2)),
    silogV2: Math.sqrt(Math.max(0, meanSquare - 0.5 * meanLog ** 2)),
    delta1: sums.within1 / n,
    delta2: sums.within2 / n,
    delta3: sums.within3 / n,
  };
}

/**
 * The score of a dataset: the mean over its pictures, each counting the same however many pixels it has, metric by
 * metric. Pictures without a value are left out (as the official running average).
 * @param perImage scores of each picture; undefined, as a whole or for one metric, where it has none
 * @returns undefined when no picture has any value
 */
export function meanMetrics<T extends { readonly [K in keyof T]: number | undefined }>(
  perImage: readonly (T | undefined)[],
): T | undefined {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const metrics of perImage)
    for (const [key, value] of Object.entries<number | undefined>(metrics ?? {})) {
      if (value === undefined) continue;
      const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: sum + value, count: count + 1 });
    }
  if (sums.size === 0) return undefined;
  return Object.fromEntries(Array.from(sums, ([key, { sum, count }]) => [key, sum / count])) as T;
}

/** Sums of e = ln(d/g). */
function logSums(prediction: ArrayLike<number>, truth: ArrayLike<number>) {
  let signed = 0;
  let absolute = 0;
  let squares = 0;
  for (let i = 0; i < truth.length; i++) {
    const e = Math.log((prediction[i] as number) / (truth[i] as number));
    signed += e;
    absolute += Math.abs(e);
    squares += e * e;
  }
  return { signed, absolute, squares };
}

/** Sums without logarithms; max(d/g, g/d) < t is asked as d < t g and g < t d, which float64 answers exactly for float32. */
function ratioSums(prediction: ArrayLike<number>, truth: ArrayLike<number>) {
  let relative = 0;
  let squaredRelative = 0;
  let squares = 0;
  let below1 = 0;
  let below2 = 0;
  let below3 = 0;
  let notPositive = 0;
  for (let i = 0; i < truth.length; i++) {
    const d = prediction[i] as number;
    const g = truth[i] as number;
    const square = (d - g) * (d - g);
    relative += Math.abs(d - g) / g;
    squaredRelative += square / g;
    squares += square;
    if (d < 1.25 * g && g < 1.25 * d) below1++;
    else if (d < 1.5625 * g && g < 1.5625 * d) below2++;
    else if (d < 1.953125 * g && g < 1.953125 * d) below3++;
    if (!(d > 0)) notPositive++;
  }
  const within2 = below1 + below2;
  return { relative, squaredRelative, squares, within1: below1, within2, within3: within2 + below3, notPositive };
}

function unusablePixel(prediction: ArrayLike<number>, truth: ArrayLike<number>): DepthError {
  const usable = (x: number) => Number.isFinite(x) && x > 0;
  let i = 0;
  while (i < truth.length - 1 && usable(prediction[i] as number) && usable(truth[i] as number)) i++;
  return new DepthError(
    "bad-argument",
    `Depth metrics need finite values above 0, but pixel ${i} has prediction ${prediction[i]} and truth ${truth[i]}; ` +
      "limit predictions to the depth range and leave out pixels without truth.",
  );
}
