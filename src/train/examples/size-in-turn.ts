import type { Size } from "../../image/resize-rule.ts";

/** The size of a batch's pictures: batches take the sizes in turn by their number. */
export const sizeInTurn = (sizes: readonly Size[], batch: number): Size => sizes[batch % sizes.length] as Size;
