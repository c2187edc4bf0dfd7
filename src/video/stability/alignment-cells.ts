import type { AlignmentCells } from "./align-to-reference.ts";
import type { FlowField } from "./optical-flow.ts";
import type { MotionSamples } from "./sample-along-motion.ts";

/** Side of a cell in pixels of the motion: the noise of single values goes out in its mean. */
const CELL = 2;

/** Means of the samples over the cells of a coarse grid. */
export function alignmentCells(
  { own, moved }: MotionSamples,
  { width, height, confidence }: FlowField,
): AlignmentCells {
  const columns = Math.floor(width / CELL);
  const rows = Math.floor(height / CELL);
  const values = new Float32Array(columns * rows);
  const reference = new Float32Array(columns * rows);
  const weights = new Float32Array(columns * rows);
  for (let row = 0, cell = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, cell++) {
      const a = row * CELL * width + column * CELL;
      const b = a + width;
      values[cell] = meanOfFour(own, a, b);
      reference[cell] = meanOfFour(moved, a, b);
      weights[cell] = meanOfFour(confidence, a, b);
    }
  return { values, reference, weights };
}

function meanOfFour(plane: Float32Array, a: number, b: number): number {
  return 0.25 * ((plane[a] as number) + (plane[a + 1] as number) + (plane[b] as number) + (plane[b + 1] as number));
}
