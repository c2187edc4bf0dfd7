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
  const some = new Float32Array(Math.ceil(data.length / step));
  for (let i = 0; i < some.length; i++) some[i] = data[i * step] as number;
  const [low, high] = sampledPercentiles(some, SHARES);
  if (!(low <= high)) return undefined;
  const margin = MARGIN * (high - low);
  return { low: low - margin, high: high + margin };
}

/** The range of a shot so far. */
export interface ShotRange extends DepthRange {
  /** Frames that it comes from. */
  readonly frames: number;
}

/** Takes a frame's own range into its shot's: at once for the first frames, afterwards so slowly that nobody sees it. */
export function extendRange(shot: ShotRange | undefined, frame: DepthRange): ShotRange {
  if (shot === undefined) return { ...frame, frames: 1 };
  const frames = shot.frames + 1;
  if (frames > FIRST_FRAMES) return { ...follow(shot, frame), frames };
  return { low: Math.min(shot.low, frame.low), high: Math.max(shot.high, frame.high), frames };
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
