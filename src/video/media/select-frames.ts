/** Anything shown for a while. */
export interface Timed {
  readonly timestampSeconds: number;
  readonly durationSeconds: number;
}

/** Which of the frames are wanted, and at what times. */
export interface FrameSelection {
  readonly fromSeconds?: number | undefined;
  readonly toSeconds?: number | undefined;
  readonly fps?: number | undefined;
  /** The container's clock: times nearer than half a tick are the same. */
  readonly ticksPerSecond: number;
}

/** A frame to deliver; `isRepeat` says that the one before it was the same, `isLastUse` that no other will be. */
export interface Selected<T> {
  readonly frame: T;
  readonly timestampSeconds: number;
  readonly durationSeconds: number;
  readonly isLastUse: boolean;
}

/**
 * Cuts and picks. Without `fps`: frames that begin in [from, to), with their own times; if none begins there, the one
 * that is on show at `from`. With `fps`: at every time from + k/fps before the end, the frame on show.
 * @param discard is called with each frame that is not wanted
 */
export async function* selectFrames<T extends Timed>(
  frames: AsyncGenerator<T, void>,
  selection: FrameSelection,
  discard: (frame: T) => void,
): AsyncGenerator<Selected<T>, void> {
  const slack = 0.5 / selection.ticksPerSecond;
  const { fps } = selection;
  const from = selection.fromSeconds ?? 0;
  const to = selection.toSeconds ?? Number.POSITIVE_INFINITY;
  /** The frame on show at `from`, kept until one is delivered. */
  let waiting: T | undefined;
  let isAnyDelivered = false;
  let next = 0;
  let start = selection.fromSeconds;
  try {
    for await (const frame of frames) {
      const end = frame.timestampSeconds + frame.durationSeconds;
      if (frame.timestampSeconds >= to - slack) {
        discard(frame);
        break;
      }
      if (fps !== undefined) {
        start ??= Math.max(0, frame.timestampSeconds);
        // The last frame of a file may lack a duration; it is still shown once.
        const shownUntil = Math.min(to, Math.max(end, frame.timestampSeconds + 2 * slack)) - slack;
        if (start + next / fps >= shownUntil) discard(frame);
        while (start + next / fps < shownUntil) {
          const timestampSeconds = start + next / fps;
          next++;
          yield { frame, timestampSeconds, durationSeconds: 1 / fps, isLastUse: start + next / fps >= shownUntil };
        }
      } else if (frame.timestampSeconds < from - slack) {
        if (waiting) discard(waiting);
        waiting = frame;
      } else {
        if (waiting) discard(waiting);
        waiting = undefined;
        isAnyDelivered = true;
        yield {
          frame,
          timestampSeconds: frame.timestampSeconds,
          durationSeconds: frame.durationSeconds,
          isLastUse: true,
        };
      }
    }
    if (waiting && !isAnyDelivered && waiting.timestampSeconds + waiting.durationSeconds > from + slack) {
      const frame = waiting;
      waiting = undefined;
      const end = Math.min(to, frame.timestampSeconds + frame.durationSeconds);
      yield { frame, timestampSeconds: from, durationSeconds: end - from, isLastUse: true };
    }
  } finally {
    if (waiting) discard(waiting);
  }
}
