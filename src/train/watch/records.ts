/** One line of `metrics.jsonl` about a training step (or the mean of the steps since the last such line). */
export interface StepRecord {
  readonly kind: "step";
  /** Steps done, counted from 1. */
  readonly step: number;
  /** Every part of the loss by name (`labelled`, `unlabelled`, `alignment`, …), unweighted, and their weighted `total`. */
  readonly losses: Readonly<Record<string, number>>;
  /** Length of the whole gradient before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: { readonly encoder: number; readonly decoder: number };
  /** Wall-clock time of the step with everything in it. */
  readonly timeMs: number;
  /** How much of `timeMs` the step waited for the loader. */
  readonly waitMs: number;
  /** Pictures that the step has seen, labelled and unlabelled. */
  readonly images: number;
}

/** One line of `metrics.jsonl` about a validation. */
export interface ValidationRecord {
  readonly kind: "validation";
  /** Steps done when the network was scored. */
  readonly step: number;
  readonly dataset: string;
  /** By name: `absRel`, `delta1`, … */
  readonly metrics: Readonly<Record<string, number>>;
  /** How many pictures were scored. */
  readonly pictures: number;
}

/** A line of `metrics.jsonl`. */
export type RunRecord = StepRecord | ValidationRecord;
