import type { LumaPlane } from "./luma-pyramid.ts";

/** Largest shift tried, as a share of the sides. */
const REACH = 0.375;

/**
 * The shift of a whole small frame in whole pixels: where the frame before looks most like this one (largest correlation
 * of the overlap, at least a third of the area). Fast pans start the motion search from here.
 */
export function globalShift(now: LumaPlane, before: LumaPlane): { readonly u: number; readonly v: number } {
  const { width, height } = now;
  const reachX = Math.floor(width * REACH);
  const reachY = Math.floor(height * REACH);
  let best = correlation(now, before, 0, 0) + 0.02;
  let [bestU, bestV] = [0, 0];
  for (let v = -reachY; v <= reachY; v++)
    for (let u = -reachX; u <= reachX; u++) {
      const value = correlation(now, before, u, v);
      if (!(value > best)) continue;
      best = value;
      [bestU, bestV] = [u, v];
    }
  return { u: bestU, v: bestV };
}

/** Normalised correlation of the overlap, lowered where that is small. */
function correlation(now: LumaPlane, before: LumaPlane, u: number, v: number): number {
  const { width, height, data } = now;
  const left = Math.max(0, -u);
  const right = Math.min(width, width - u);
  const top = Math.max(0, -v);
  const bottom = Math.min(height, height - v);
  let sumA = 0;
  let sumB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left, at = y * width + left; x < right; x++, at++) {
      const a = data[at] as number;
      const b = before.data[at + v * width + u] as number;
      sumA += a;
      sumB += b;
      aa += a * a;
      bb += b * b;
      ab += a * b;
    }
  const count = (right - left) * (bottom - top);
  const spread = (aa - (sumA * sumA) / count) * (bb - (sumB * sumB) / count);
  if (!(spread > 0)) return -1;
  return ((ab - (sumA * sumB) / count) / Math.sqrt(spread)) * Math.min(1, 0.5 + count / (width * height));
}
