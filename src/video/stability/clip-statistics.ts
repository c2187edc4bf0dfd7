import type { DepthRange } from "./shot-range.ts";

/** What a first pass over a clip found out: with it, a second pass knows cuts and ranges from the start. Plain JSON. */
export interface ClipStatistics {
  /** Frames seen. */
  readonly frames: number;
  readonly shots: readonly { readonly firstFrame: number; readonly range: DepthRange }[];
}

/** The ranges of a shot's frames. */
export interface ShotFrames {
  readonly firstFrame: number;
  readonly lows: readonly number[];
  readonly highs: readonly number[];
}

/** Share of a shot's frames whose low (or high) end may lie beyond the shot's range. */
const BEYOND = 0.1;

/** Sums up a clip's shots. */
export function clipStatistics(frames: number, shots: readonly ShotFrames[]): ClipStatistics {
  const rangeOf = ({ lows, highs }: ShotFrames) => ({ low: quantile(lows, BEYOND), high: quantile(highs, 1 - BEYOND) });
  return { frames, shots: shots.map((shot) => ({ firstFrame: shot.firstFrame, range: rangeOf(shot) })) };
}

function quantile(values: readonly number[], share: number): number {
  return Float64Array.from(values).sort()[Math.round(share * (values.length - 1))] ?? 0;
}
