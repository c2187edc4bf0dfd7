/** How the learning rate falls from its peak. */
export const SCHEDULES = ["linear", "cosine", "poly", "onecycle"] as const;

/** One of `SCHEDULES`. */
export type Schedule = (typeof SCHEDULES)[number];

/** What a learning rate depends on beside the step. */
export interface ScheduleOptions {
  readonly schedule: Schedule;
  /** Steps of the whole stage. */
  readonly steps: number;
  /** Steps of linear rise at its start. */
  readonly warmupSteps: number;
}

/** Shares of the peak over the time after the warm-up, 0 to 1. */
const DECAYS: Readonly<Record<Schedule, (time: number) => number>> = {
  /** Depth Anything V1, section 4. */
  linear: (time) => 1 - time,
  cosine: (time) => half(time),
  /** The metric models of Depth Anything V2 (`metric_depth/train.py`). */
  poly: (time) => (1 - time) ** 0.9,
  /** ZoeDepth, with which V1's metric models were trained: the peak for 70 % of the steps, then down to a ten-thousandth. */
  onecycle: (time) => (time < 0.7 ? 1 : 1e-4 + (1 - 1e-4) * half((time - 0.7) / 0.3)),
};

const half = (time: number): number => (1 + Math.cos(Math.PI * time)) / 2;

/** The learning rate of a step, counted from 0, as a share of its peak. */
export function rateAt({ schedule, steps, warmupSteps }: ScheduleOptions, step: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  return DECAYS[schedule]((step - warmupSteps) / Math.max(1, steps - warmupSteps));
}
