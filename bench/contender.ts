/** One side of the comparison working on one model and one photo. */
export interface Contender {
  /** What each stage does is the same on both sides; `whole` is one call a user would make, from file to depth. */
  readonly stages: Readonly<Record<Stage, () => Promise<void>>>;
  /** Input size of the network as [height, width], after `pre` has run. */
  inputShape(): readonly [number, number];
  /** The mean of what the network makes of `PROBE`. */
  probe(): Promise<number>;
}

export const STAGES = ["decode", "pre", "forward", "whole"] as const;
export type Stage = (typeof STAGES)[number];

/** What a contender is to load. */
export interface Job {
  readonly contender: "ours" | "peer";
  readonly modelId: string;
  /** Folder of the model's files, see `writeModel`. */
  readonly folder: string;
  readonly photo: string;
  readonly threads: number;
}

/** A network input that suits every model. */
export const PROBE = {
  dims: [1, 3, 224, 224],
  data: Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.37)),
} as const;

export function meanOf(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}
