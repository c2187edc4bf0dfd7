import type { StableDepth } from "../video-types.ts";

/** A part of a clip without cuts. */
export interface ShotNote {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly frames: number;
  /** Smallest and largest values that the ends of the colours stood for. */
  readonly low: number;
  readonly high: number;
}

/** How far a clip is, with all that the next frame depends on. Saved with every segment. */
export interface ClipState {
  /** Frames written. */
  readonly frames: number;
  /** Where the reader goes on. */
  readonly nextSeconds: number;
  readonly shots: readonly ShotNote[];
  readonly posterTaken: number;
  /** See `Stabilizer.state`. */
  readonly stabilizer: unknown;
}

/** The state before the first frame. */
export function freshState(fromSeconds: number): ClipState {
  return { frames: 0, nextSeconds: fromSeconds, shots: [], posterTaken: 0, stabilizer: undefined };
}

/** The state after a frame. @param nextSeconds of the next frame, where an even rate says it */
export function noteFrame(
  state: ClipState,
  { sourceSeconds, durationSeconds }: { readonly sourceSeconds: number; readonly durationSeconds: number },
  { shot, range }: Pick<StableDepth, "shot" | "range">,
  // In the middle of the frame: later than its own time and earlier than the next one's, whatever the rounding.
  nextSeconds = sourceSeconds + Math.max(1e-6, durationSeconds / 2),
): ClipState {
  const before = state.shots[shot];
  const note: ShotNote = {
    fromSeconds: before?.fromSeconds ?? sourceSeconds,
    toSeconds: sourceSeconds + durationSeconds,
    frames: (before?.frames ?? 0) + 1,
    low: Math.min(before?.low ?? Number.POSITIVE_INFINITY, range.low),
    high: Math.max(before?.high ?? Number.NEGATIVE_INFINITY, range.high),
  };
  const shots = [...state.shots.slice(0, shot), note];
  return { ...state, frames: state.frames + 1, nextSeconds, shots };
}
