import type { StepRecord } from "./records.ts";

/** Steps that a rate is taken over. */
const RECENT = 50;

/** How fast a run is. */
export interface Pace {
  readonly imagesPerSecond: number;
  /** Until the last step, at the present rate; validations come on top. */
  readonly remainingMs: number;
  /** Share of the time that the steps waited for the loader. */
  readonly waitShare: number;
}

/** The pace over the last 50 of some steps; undefined without any. */
export function paceOf(steps: readonly StepRecord[], totalSteps: number): Pace | undefined {
  const recent = steps.slice(-RECENT);
  const last = recent.at(-1);
  if (last === undefined) return undefined;
  const sum = (of: (step: StepRecord) => number) => recent.reduce((total, step) => total + of(step), 0);
  const timeMs = Math.max(
    1,
    sum((step) => step.timeMs),
  );
  return {
    imagesPerSecond: (1000 * sum((step) => step.images)) / timeMs,
    remainingMs: (Math.max(0, totalSteps - last.step) * timeMs) / recent.length,
    waitShare: Math.min(1, sum((step) => step.waitMs) / timeMs),
  };
}
