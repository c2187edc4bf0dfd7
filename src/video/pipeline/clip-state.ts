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
  /** Time of the first of them in the clip. */
  readonly firstSeconds: number;
  /** Where the reader goes on. Default: at the beginning. */
  readonly nextSeconds?: number;
  readonly shots: readonly ShotNote[];
  readonly posterTaken: number;
  /** See `Stabilizer.state`. */
  readonly stabilizer: unknown;
}

/** The state before the first frame. */
export const FRESH_CLIP: ClipState = {
  ...{ frames: 0, firstSeconds: 0, shots: [], posterTaken: 0, stabilizer: undefined },
};

/** The state after a frame. @param fps the even rate at which frames are picked, if they are */
export function noteFrame(
  state: ClipState,
  { timestampSeconds, durationSeconds }: { readonly timestampSeconds: number; readonly durationSeconds: number },
  { shot, range }: Pick<StableDepth, "shot" | "range">,
  { ticksPerSecond, fps }: { readonly ticksPerSecond: number; readonly fps?: number },
): ClipState {
  const before = state.shots[shot];
  const note: ShotNote = {
    fromSeconds: before?.fromSeconds ?? timestampSeconds,
    toSeconds: timestampSeconds + durationSeconds,
    frames: (before?.frames ?? 0) + 1,
    low: Math.min(before?.low ?? Number.POSITIVE_INFINITY, range.low),
    high: Math.max(before?.high ?? Number.NEGATIVE_INFINITY, range.high),
  };
  const shots = [...state.shots.slice(0, shot), note];
  const frames = state.frames + 1;
  const firstSeconds = state.frames === 0 ? timestampSeconds : state.firstSeconds;
  // A file's last frame may have no duration, and must not come again.
  const nextSeconds =
    fps === undefined
      ? timestampSeconds + Math.max(durationSeconds, 1.5 / ticksPerSecond)
      : firstSeconds + frames / fps;
  return { ...state, frames, firstSeconds, nextSeconds, shots };
}
