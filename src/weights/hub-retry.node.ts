import { setTimeout as sleep } from "node:timers/promises";

/** A failure that another try may mend: a cut connection, a busy server. */
export class TransientError extends Error {
  override readonly name = "TransientError";
}

/** How often and how patiently to try again. */
export interface RetryOptions {
  readonly signal?: AbortSignal;
  /** Tries after a failure without any progress. Default 4. */
  readonly retries?: number;
  /** Waits between tries. Default: a timer. The wait doubles from 0.5 s up to 10 s. */
  readonly delay?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

/**
 * Repeats work that fails with a `TransientError`, waiting longer each time; progress starts the count anew.
 * @param progress a number that grows as the work gets on.
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  progress: () => number,
  options: RetryOptions,
): Promise<T> {
  const { retries = 4, delay = (ms, signal) => sleep(ms, undefined, signal && { signal }), signal } = options;
  let best = progress();
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (progress() > best) failures = 1;
      best = Math.max(best, progress());
      if (failures > retries) throw error;
      await delay(Math.min(500 * 2 ** (failures - 1), 10_000), signal);
    }
  }
}
