import { formatMetric } from "../../eval/format-metric.ts";
import { formatDuration } from "../../util/duration.ts";
import type { Pace } from "./pace.ts";
import type { RunRecord } from "./records.ts";

/** Where a run stands. */
export interface RunProgress extends Pick<Pace, "imagesPerSecond" | "remainingMs"> {
  /** What runs, for example `student`. */
  readonly stage: string;
  /** What was done last. */
  readonly record: RunRecord;
  /** Of the whole stage. */
  readonly steps: number;
}

/**
 * The text of a progress line: `student 120 of 5000, 12.3 images/s, 1 h 05 min left  total 0.4121  labelled 0.3004`, or
 * the scores of a validation in place of the losses. What matters most stands first: narrow terminals cut the end off.
 */
export function progressText({ stage, record, steps, imagesPerSecond, remainingMs }: RunProgress): string {
  const rate = imagesPerSecond >= 100 ? imagesPerSecond.toFixed(0) : imagesPerSecond.toFixed(1);
  const head = `${stage} ${record.step} of ${steps}, ${rate} images/s, ${formatDuration(remainingMs)} left`;
  const values = record.kind === "step" ? totalFirst(record.losses) : Object.entries(record.metrics);
  const parts = values.map(([name, value]) => `${name} ${formatMetric(value)}`);
  return [head, ...(record.kind === "validation" ? [`${record.dataset}:`] : []), ...parts].join("  ");
}

/** The losses by name, `total` before its parts. */
export function totalFirst(losses: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(losses).sort(([a], [b]) => Number(b === "total") - Number(a === "total"));
}
