import { globalShift } from "./global-shift.ts";
import type { LumaPlane, LumaPyramid } from "./luma-pyramid.ts";
import { PATCH, type PatchMotion, STRIDE, searchPatches } from "./patch-search.ts";
import { samplePlane } from "./sample-plane.ts";

/** Where the pixels of a frame were in the frame before. */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  /** Pixels of this field to the right and down, from this frame to the one before. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** 0..1: how well the pictures agree along the motion; 0 where it leaves the frame. */
  readonly confidence: Float32Array;
  /** Share of the textured patches that were found again; about a tenth by chance; `NaN` with hardly any texture. */
  readonly found: number;
}

/** Root mean square difference of luma (spread 50) at which the confidence has fallen to 1/e. */
const TOLERANCE = 20;

/** A patch counts as textured from this variance on, in units of a luma with spread 50. */
const TEXTURED = 60;

/** Fewer textured patches say nothing. */
const FEWEST_TEXTURED = 8;

/** A textured patch is found again when no more than this share of its variance is left unexplained. */
const UNEXPLAINED = 0.4;

/**
 * Dense motion between two frames from the patches of a pyramid. Every pixel takes a mean of the vectors of the patches
 * around it, weighted by how well each explains the pixel, so that the borders of moving things stay sharp.
 */
export function opticalFlow(current: LumaPyramid, previous: LumaPyramid): FlowField {
  const last = current.levels.length - 1;
  const shift = globalShift(current.levels[last] as LumaPlane, previous.levels[last] as LumaPlane);
  const halfOf = (value: number) => Float32Array.of(value / 2);
  let motion: PatchMotion = { columns: 1, rows: 1, u: halfOf(shift.u), v: halfOf(shift.v), error: new Float32Array(1) };
  for (let level = last; level >= 0; level--)
    motion = searchPatches(current.levels[level] as LumaPlane, previous.levels[level] as LumaPlane, motion);
  const found = foundShare(current.levels[0] as LumaPlane, motion);
  const dense = spread(current.levels[0] as LumaPlane, previous.levels[0] as LumaPlane, motion);
  return { ...dense, confidence: confidenceOf(dense), found };
}

type DenseMotion = Omit<FlowField, "confidence" | "found"> & { readonly difference: Float32Array };

/** Weighted vectors of the patches that cover a pixel, and the difference of the pictures along them. */
function spread(now: LumaPlane, before: LumaPlane, motion: PatchMotion): DenseMotion {
  const { width, height, data } = now;
  const { columns, rows, error } = motion;
  const u = new Float32Array(width * height);
  const v = new Float32Array(width * height);
  const difference = new Float32Array(width * height);
  const covering = PATCH / STRIDE;
  for (let y = 0, pixel = 0; y < height; y++) {
    const lastRow = Math.min(rows - 1, Math.floor(y / STRIDE));
    const firstRow = Math.min(lastRow, Math.max(0, Math.floor(y / STRIDE) - covering + 1));
    for (let x = 0; x < width; x++, pixel++) {
      const lastColumn = Math.min(columns - 1, Math.floor(x / STRIDE));
      const firstColumn = Math.min(lastColumn, Math.max(0, Math.floor(x / STRIDE) - covering + 1));
      let weights = 0;
      let sumU = 0;
      let sumV = 0;
      const own = data[pixel] as number;
      for (let row = firstRow; row <= lastRow; row++)
        for (let node = row * columns + firstColumn; node <= row * columns + lastColumn; node++) {
          const pu = motion.u[node] as number;
          const pv = motion.v[node] as number;
          const off = samplePlane(before.data, width, height, x + pu, y + pv) - own;
          const weight = 1 / (4 + off * off + (error[node] as number));
          weights += weight;
          sumU += weight * pu;
          sumV += weight * pv;
        }
      sumU /= weights;
      sumV /= weights;
      u[pixel] = sumU;
      v[pixel] = sumV;
      difference[pixel] = samplePlane(before.data, width, height, x + sumU, y + sumV) - own;
    }
  }
  return { width, height, u, v, difference };
}

/** From the mean squared difference over 3x3 pixels: single noisy pixels do not decide. */
function confidenceOf({ width, height, u, v, difference }: DenseMotion): Float32Array {
  const squares = new Float32Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const a = difference[x > 0 ? pixel - 1 : pixel] as number;
      const b = difference[pixel] as number;
      const c = difference[x + 1 < width ? pixel + 1 : pixel] as number;
      squares[pixel] = a * a + b * b + c * c;
    }
  const out = new Float32Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const above = y > 0 ? pixel - width : pixel;
      const below = y + 1 < height ? pixel + width : pixel;
      const fromX = x + (u[pixel] as number);
      const fromY = y + (v[pixel] as number);
      if (!(fromX >= -0.5 && fromY >= -0.5 && fromX <= width - 0.5 && fromY <= height - 0.5)) continue;
      const mean = ((squares[above] as number) + (squares[pixel] as number) + (squares[below] as number)) / 9;
      out[pixel] = Math.exp(-mean / (TOLERANCE * TOLERANCE));
    }
  return out;
}

function foundShare({ width, data }: LumaPlane, { columns, rows, error }: PatchMotion): number {
  let textured = 0;
  let found = 0;
  const count = (PATCH / 2) ** 2;
  for (let row = 0, node = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, node++) {
      let sum = 0;
      let squares = 0;
      for (let j = 0; j < PATCH; j += 2)
        for (let i = 0, at = (row * STRIDE + j) * width + column * STRIDE; i < PATCH; i += 2, at += 2) {
          const value = data[at] as number;
          sum += value;
          squares += value * value;
        }
      const variance = squares / count - (sum / count) ** 2;
      if (variance < TEXTURED) continue;
      textured++;
      if ((error[node] as number) < UNEXPLAINED * variance) found++;
    }
  return textured < FEWEST_TEXTURED ? Number.NaN : found / textured;
}
