import type { Affine } from "../../geometry/least-squares.ts";
import type { AlignmentFit } from "./align-to-reference.ts";

/** How the frames of a shot are scaled and shifted, and what is known of its motion. */
export interface ShotAlignment extends Affine {
  /** Change of the things' own values from frame to frame: the logarithm of a factor, and an addition at the centre. */
  readonly trendLog: number;
  readonly trendShift: number;
  /** Fits so far. */
  readonly fits: number;
}

/** The first frame of a shot stays as it is. */
export const UNALIGNED: ShotAlignment = { scale: 1, shift: 0, trendLog: 0, trendShift: 0, fits: 0 };

/** Share of a new fit in the trend; the first fits count more, for there is nothing else. */
const TREND_SHARE = 0.2;

/** A trend of more a frame is no motion. */
const LARGEST_TREND = 0.08;

/** How much of scale and shift is given back towards the model's own, so that errors of a chain of fits die out. */
const LEAK = 0.15;

/**
 * Takes the fit of a frame against the stable map before into its shot. A fit sees two things: jitter of the model, which
 * is to go, and motion along the view (a camera that moves ahead makes everything nearer), which is to stay. Jitter changes
 * from frame to frame, motion hardly does: the slow part of the fits is the trend, and only the rest is corrected.
 */
export function extendAlignment(last: ShotAlignment, fit: AlignmentFit | undefined): ShotAlignment {
  if (fit === undefined)
    return { ...last, scale: last.scale + LEAK * (1 - last.scale), shift: last.shift * (1 - LEAK) };
  const { centre } = fit;
  const factor = fit.scale / last.scale;
  const newsLog = Math.log(factor);
  const before = last.scale * centre + last.shift;
  const after = fit.scale * centre + fit.shift;
  // The addition at the centre, mean of where it was and where it went: jitter up and down must not add up to a trend.
  const newsShift = (after - before + (factor * (after - last.shift) + fit.shift - after)) / 2;
  const share = Math.max(TREND_SHARE, 1 / (last.fits + 3));
  const trendLog = clamped(last.trendLog + share * (newsLog - last.trendLog), LARGEST_TREND);
  const trendShift = last.trendShift + share * (newsShift - last.trendShift);
  const scale = fit.scale * Math.exp(-trendLog);
  const shift = after - trendShift - scale * centre;
  return {
    ...{ trendLog, trendShift, fits: last.fits + 1 },
    scale: scale + LEAK * (1 - scale),
    shift: shift * (1 - LEAK),
  };
}

/** What the trend makes of the stable map before: the values its things should have now. */
export function expectedChange({ trendLog, trendShift }: ShotAlignment, fit: AlignmentFit | undefined): Affine {
  if (fit === undefined) return { scale: 1, shift: 0 };
  const scale = Math.exp(-trendLog);
  const centre = fit.scale * fit.centre + fit.shift;
  return { scale, shift: centre * (1 - scale) - trendShift };
}

const clamped = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));
