import type { Size } from "../../image/resize-rule.ts";

/** The size of a batch's pictures and what they are of. */
export interface BatchSize extends Size {
  /** Shares of the labelled datasets, in their order. Default: those of the mixture. */
  readonly weights?: readonly number[];
}

/** The size of a batch's pictures: batches take the sizes in turn by their number. */
export const sizeInTurn = (sizes: readonly BatchSize[], batch: number): BatchSize =>
  sizes[batch % sizes.length] as BatchSize;
