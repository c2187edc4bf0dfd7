import type { LumaPlane } from "./luma-pyramid.ts";

/** Side of a patch in pixels of its level. */
export const PATCH = 8;

/** Distance between the corners of neighbouring patches: each pixel lies in about four. */
export const STRIDE = 4;

const AREA = PATCH * PATCH;

/** Improvements a vector gets at most. */
const MAX_STEPS = 3;

/** Added to the matrix of second moments: flat patches stay where their neighbours say they are. */
const DAMPING = 40;

/** Another candidate replaces the motion found so far only when it lowers the error to this share, and by this noise. */
const MUST_GAIN = 0.9;
const NOISE = 6 * AREA;

/** Candidates nearer than this (squared pixels) lead to the same place: the steps behind find it from either. */
const SAME = 0.1;

/** Motion of the patches of a level: where in the frame before they were. */
export interface PatchMotion {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the level to the right and down, from this frame to the one before. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Mean squared difference of the matched patches without their means. */
  readonly error: Float32Array;
}

/** How many patches lie along a side. */
export function patchesAlong(side: number): number {
  return Math.floor((side - PATCH) / STRIDE) + 1;
}

/** The patch at hand without its mean, its gradients without theirs, and where the matching of a candidate leaves its slopes. */
interface Template {
  readonly values: Float32Array;
  readonly gradientX: Float32Array;
  readonly gradientY: Float32Array;
  /** Second moments of the gradients: xx, xy, yy. */
  readonly moments: Float64Array;
  readonly slopes: Float64Array;
}

/**
 * Searches the patches of a frame in the frame before. Candidates are the vector found at the coarser level, those of the
 * patches to the left and above, and no motion at all; the best is improved by the inverse compositional form of
 * Lucas-Kanade on patches without their means (Baker, Matthews 2004; Kroeger et al., "Fast Optical Flow using Dense
 * Inverse Search", ECCV 2016, whose scheme this simplifies).
 * @param coarser motion of the level of half the size
 */
export function searchPatches(current: LumaPlane, previous: LumaPlane, coarser: PatchMotion): PatchMotion {
  const columns = patchesAlong(current.width);
  const rows = patchesAlong(current.height);
  const u = new Float32Array(columns * rows);
  const v = new Float32Array(columns * rows);
  const error = new Float32Array(columns * rows);
  const plane = () => new Float32Array(AREA);
  const numbers = () => new Float64Array(3);
  const template = { values: plane(), gradientX: plane(), gradientY: plane(), moments: numbers(), slopes: numbers() };
  // Candidates to try for a patch: u0, v0, u1, v1, …; the first is no motion.
  const tried = new Float32Array(6);
  for (let row = 0, node = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, node++) {
      // Flat patches stay with what the coarser level says; a better match there is chance.
      const near = Math.min(coarser.rows - 1, row >> 1) * coarser.columns + Math.min(coarser.columns - 1, column >> 1);
      let bestU = 2 * (coarser.u[near] as number);
      let bestV = 2 * (coarser.v[near] as number);
      let count = 2;
      if (column > 0) {
        tried[count++] = u[node - 1] as number;
        tried[count++] = v[node - 1] as number;
      }
      if (row > 0) {
        tried[count++] = u[node - columns] as number;
        tried[count++] = v[node - columns] as number;
      }
      const x = column * STRIDE;
      const y = row * STRIDE;
      cutTemplate(current, x, y, template);
      let least = compare(previous, x + bestU, y + bestV, template);
      let wanted = MUST_GAIN * least - NOISE;
      for (let k = 0; k < count; k += 2) {
        const candidateU = tried[k] as number;
        const candidateV = tried[k + 1] as number;
        if ((candidateU - bestU) ** 2 + (candidateV - bestV) ** 2 < SAME) continue;
        const at = compare(previous, x + candidateU, y + candidateV, template);
        if (at < wanted) {
          least = at;
          wanted = at;
          bestU = candidateU;
          bestV = candidateV;
        }
      }
      improve(previous, x, y, bestU, bestV, least, template);
      u[node] = template.slopes[0] as number;
      v[node] = template.slopes[1] as number;
      error[node] = (template.slopes[2] as number) / AREA;
    }
  return { columns, rows, u, v, error };
}

/** Takes a few Gauss-Newton steps while they help; leaves the vector and its error in `slopes`. */
function improve(
  previous: LumaPlane,
  x: number,
  y: number,
  startU: number,
  startV: number,
  startError: number,
  template: Template,
): void {
  const { moments, slopes } = template;
  const gxx = moments[0] as number;
  const gxy = moments[1] as number;
  const gyy = moments[2] as number;
  const determinant = gxx * gyy - gxy * gxy;
  let bestU = startU;
  let bestV = startV;
  let least = startError;
  compare(previous, x + bestU, y + bestV, template);
  for (let step = 0; step < MAX_STEPS; step++) {
    const slopeX = slopes[0] as number;
    const slopeY = slopes[1] as number;
    const du = (gyy * slopeX - gxy * slopeY) / determinant;
    const dv = (gxx * slopeY - gxy * slopeX) / determinant;
    const length = du * du + dv * dv;
    if (!(length > 4e-4 && length < AREA)) break;
    const at = compare(previous, x + bestU - du, y + bestV - dv, template);
    if (!(at < least)) break;
    least = at;
    bestU -= du;
    bestV -= dv;
  }
  slopes[0] = bestU;
  slopes[1] = bestV;
  slopes[2] = least;
}

function cutTemplate({ width, height, data }: LumaPlane, left: number, top: number, template: Template): void {
  const { values, gradientX, gradientY, moments } = template;
  let mean = 0;
  let meanX = 0;
  let meanY = 0;
  let gxx = 0;
  let gxy = 0;
  let gyy = 0;
  for (let j = 0, k = 0; j < PATCH; j++) {
    const y = top + j;
    const up = y > 0 ? width : 0;
    const down = y + 1 < height ? width : 0;
    for (let x = left; x < left + PATCH; x++, k++) {
      const at = y * width + x;
      const gx = 0.5 * ((data[x + 1 < width ? at + 1 : at] as number) - (data[x > 0 ? at - 1 : at] as number));
      const gy = 0.5 * ((data[at + down] as number) - (data[at - up] as number));
      values[k] = data[at] as number;
      gradientX[k] = gx;
      gradientY[k] = gy;
      mean += data[at] as number;
      meanX += gx;
      meanY += gy;
      gxx += gx * gx;
      gxy += gx * gy;
      gyy += gy * gy;
    }
  }
  mean /= AREA;
  meanX /= AREA;
  meanY /= AREA;
  for (let k = 0; k < AREA; k++) {
    values[k] = (values[k] as number) - mean;
    gradientX[k] = (gradientX[k] as number) - meanX;
    gradientY[k] = (gradientY[k] as number) - meanY;
  }
  moments[0] = gxx - AREA * meanX * meanX + DAMPING;
  moments[1] = gxy - AREA * meanX * meanY;
  moments[2] = gyy - AREA * meanY * meanY + DAMPING;
}

/**
 * Sum of squared differences to the frame before with the patch's corner at `x, y`, means apart; leaves its slopes.
 * Patches may leave the picture by half, where it repeats its border; beyond that the sum is infinite.
 */
function compare(plane: LumaPlane, x: number, y: number, template: Template): number {
  const { width, height, data } = plane;
  const reach = PATCH / 2;
  if (!(x > -reach && y > -reach && x < width - reach && y < height - reach)) return Number.POSITIVE_INFINITY;
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const isInside = x0 >= 0 && y0 >= 0 && x0 + PATCH < width && y0 + PATCH < height;
  if (isInside) return match(data, width, y0 * width + x0, fx, fy, template);
  // Near the border: the part that the patch reaches, with the border repeated.
  const side = PATCH + 1;
  for (let j = 0, k = 0; j < side; j++)
    for (let i = 0; i < side; i++, k++)
      border[k] = data[clamp(y0 + j, height) * width + clamp(x0 + i, width)] as number;
  return match(border, side, 0, fx, fy, template);
}

const border = new Float32Array((PATCH + 1) ** 2);

function match(data: Float32Array, width: number, from: number, fx: number, fy: number, template: Template): number {
  const { values, gradientX, gradientY, slopes } = template;
  const w00 = (1 - fx) * (1 - fy);
  const w01 = fx * (1 - fy);
  const w10 = (1 - fx) * fy;
  const w11 = fx * fy;
  let sum = 0;
  let squares = 0;
  let slopeX = 0;
  let slopeY = 0;
  for (let j = 0, k = 0, at = from; j < PATCH; j++, at += width - PATCH)
    for (let i = 0; i < PATCH; i++, k++, at++) {
      const difference =
        w00 * (data[at] as number) +
        w01 * (data[at + 1] as number) +
        w10 * (data[at + width] as number) +
        w11 * (data[at + width + 1] as number) -
        (values[k] as number);
      sum += difference;
      squares += difference * difference;
      slopeX += (gradientX[k] as number) * difference;
      slopeY += (gradientY[k] as number) * difference;
    }
  slopes[0] = slopeX;
  slopes[1] = slopeY;
  return squares - (sum * sum) / AREA;
}

function clamp(position: number, size: number): number {
  return position < 0 ? 0 : position >= size ? size - 1 : position;
}
