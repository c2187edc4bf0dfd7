/** Stages of the pipeline, in their order. */
export const STAGES = ["decode", "scale", "forward", "stabilise", "render", "write"] as const;

/**
 * Milliseconds by stage. Stages overlap, so that the sum is more than the whole; `decode`, `scale`, `forward` and `write`
 * contain waiting for the work of other threads.
 */
export type StageTimes = Readonly<Record<(typeof STAGES)[number], number>>;

/** Adds up what stages take. */
export interface Stopwatch {
  working<T>(stage: keyof StageTimes, work: () => T): T;
  waiting<T>(stage: keyof StageTimes, work: () => Promise<T>): Promise<T>;
  /** The same values, with the time until each is there. */
  pulling<T>(stage: keyof StageTimes, values: AsyncGenerator<T, void>): AsyncGenerator<T, void>;
  times(): StageTimes;
}

/** A stopwatch at zero. */
export function createStopwatch(): Stopwatch {
  const sums = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<keyof StageTimes, number>;
  const waiting = async <T>(stage: keyof StageTimes, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      sums[stage] += performance.now() - start;
    }
  };
  return {
    waiting,
    working(stage, work) {
      const start = performance.now();
      const result = work();
      sums[stage] += performance.now() - start;
      return result;
    },
    async *pulling(stage, values) {
      try {
        for (;;) {
          const next = await waiting(stage, () => values.next());
          if (next.done) return;
          yield next.value;
        }
      } finally {
        await values.return();
      }
    },
    times: () => ({ ...sums }),
  };
}
