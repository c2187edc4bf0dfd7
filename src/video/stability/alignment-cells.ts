import type { AlignmentCells } from "./align-to-reference.ts";
import type { DepthPlane, WarpedMap } from "./warp-previous.ts";

/** Cells along the longer side, about. */
const CELLS = 64;

/** Means of a map and of its moved predecessor over the cells of a coarse grid: the noise of single pixels goes out. */
export function alignmentCells({ width, height, data }: DepthPlane, moved: WarpedMap): AlignmentCells {
  const side = Math.max(1, Math.ceil(Math.max(width, height) / CELLS));
  const columns = Math.max(1, Math.floor(width / side));
  const rows = Math.max(1, Math.floor(height / side));
  const count = columns * rows;
  const values = new Float32Array(count);
  const reference = new Float32Array(count);
  const weights = new Float32Array(count);
  // Every second pixel and row is enough for a mean.
  const step = side >= 4 ? 2 : 1;
  for (let row = 0, cell = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, cell++) {
      let taken = 0;
      let own = 0;
      let before = 0;
      let trust = 0;
      for (let y = row * side; y < (row + 1) * side; y += step)
        for (let x = column * side, at = y * width + x; x < (column + 1) * side; x += step, at += step) {
          own += data[at] as number;
          before += moved.data[at] as number;
          trust += moved.confidence[at] as number;
          taken++;
        }
      values[cell] = own / taken;
      reference[cell] = before / taken;
      weights[cell] = trust / taken;
    }
  return { values, reference, weights };
}
