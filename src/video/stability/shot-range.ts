import { sampledPercentiles } from "../../geometry/percentiles.ts";

/** The two ends of a colour scale. */
export interface DepthRange {
  readonly low: number;
  readonly high: number;
}

/** Shares of the values below the ends. */
const SHARES = [0.01, 0.99] as const;
/** Values looked at: enough for percentiles, quick to sort. */
const SAMPLES = 4096;
/** Room beyond the percentiles, as a share of their distance. */
const MARGIN = 0.03;

/** Frames of a shot whose values widen the range at once; colours still settle there. */
const FIRST_FRAMES = 3;
/** Largest move of an end in one frame later, as a share of the range: outwards where values are cut off, and inwards. */
const OUTWARD = 0.004;
const INWARD = 0.0008;
/** The range shrinks only when it is wider than needed by this share. */
const SLACK = 0.25;

/** Low and high end of one map's values; `undefined` when no value is finite. */
export function mapRange(data: Float32Array): DepthRange | undefined {
  const step = Math.max(1, Math.floor(data.length / SAMPLES));
  const some = Float32Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data[i * step] as number);
  const [low, high] = sampledPercentiles(some, SHARES);
  if (!(low <= high)) return undefined;
  const margin = MARGIN * (high - low);
  return { low: low - margin, high: high + margin };
}

/** The range of a shot: from its first frames, afterwards so slow that no change is seen between two frames. */
export interface ShotRange {
  /** Takes in a frame's own range and returns the shot's. */
  push(frame: DepthRange | undefined): DepthRange;
}

/** Begins a shot. */
export function createShotRange(): ShotRange {
  let range: DepthRange | undefined;
  let frames = 0;
  return {
    push: (frame) => {
      if (frame === undefined) return range ?? { low: 0, high: 1 };
      frames++;
      if (range === undefined) range = frame;
      else if (frames <= FIRST_FRAMES)
        range = { low: Math.min(range.low, frame.low), high: Math.max(range.high, frame.high) };
      else range = follow(range, frame);
      return range;
    },
  };
}

function follow({ low, high }: DepthRange, frame: DepthRange): DepthRange {
  const span = high - low;
  const slack = SLACK * span;
  const limited = (move: number, outward: number): number => {
    const isOutward = move * outward > 0;
    const wanted = isOutward ? Math.abs(move) : Math.max(0, Math.abs(move) - slack);
    return Math.sign(move) * Math.min(wanted, (isOutward ? OUTWARD : INWARD) * span);
  };
  const next = { low: low + limited(frame.low - low, -1), high: high + limited(frame.high - high, 1) };
  // A range of a constant map has no size to move by.
  return span > 0 ? next : frame;
}
