import type { AlignmentCells } from "./align-to-reference.ts";
import type { DepthPlane } from "./depth-plane.ts";
import type { FlowField } from "./optical-flow.ts";
import { samplePlane } from "./sample-plane.ts";

/** Side of a cell in pixels of the motion: the noise of single values goes out in its mean. */
const CELL = 2;

/**
 * A frame's map and the map before along the motion, over the cells of a coarse grid. Both are read at the pixels of the
 * motion only, which is enough for a scale and a shift.
 */
export function alignmentCells(
  { width, height, data }: DepthPlane,
  before: DepthPlane,
  flow: FlowField,
): AlignmentCells {
  const columns = Math.floor(flow.width / CELL);
  const rows = Math.floor(flow.height / CELL);
  const values = new Float32Array(columns * rows);
  const reference = new Float32Array(columns * rows);
  const weights = new Float32Array(columns * rows);
  const scaleX = width / flow.width;
  const scaleY = height / flow.height;
  for (let row = 0, cell = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, cell++) {
      let own = 0;
      let moved = 0;
      let trust = 0;
      for (let y = row * CELL; y < (row + 1) * CELL; y++)
        for (let x = column * CELL, at = y * flow.width + x; x < (column + 1) * CELL; x++, at++) {
          const px = (x + 0.5) * scaleX - 0.5;
          const py = (y + 0.5) * scaleY - 0.5;
          const fromX = px + scaleX * (flow.u[at] as number);
          const fromY = py + scaleY * (flow.v[at] as number);
          own += samplePlane(data, width, height, px, py);
          moved += samplePlane(before.data, width, height, fromX, fromY);
          trust += flow.confidence[at] as number;
        }
      values[cell] = own / CELL ** 2;
      reference[cell] = moved / CELL ** 2;
      weights[cell] = trust / CELL ** 2;
    }
  return { values, reference, weights };
}
