import { DepthError } from "../../util/errors.ts";
import type { Yuv420 } from "../video-types.ts";
import { greyPlanes } from "./yuv-planes.ts";

const PLANES = ["y", "u", "v"] as const;

/**
 * Two pictures of one height in one. The left one's width must be even, or the colours of the right one would be shifted
 * by half a sample.
 * @throws DepthError `bad-argument`
 */
export function beside(left: Yuv420, right: Yuv420): Yuv420 {
  if (left.height !== right.height || left.width % 2 !== 0)
    throw new DepthError(
      "bad-argument",
      `Pictures side by side need one height and an even left width, got ${left.width}x${left.height} and ${right.width}x${right.height}.`,
    );
  const out = greyPlanes({ width: left.width + right.width, height: left.height });
  for (const plane of PLANES) {
    const rows = plane === "y" ? left.height : (left.height + 1) >> 1;
    const [a, b] = [left[plane], right[plane]];
    const [aWidth, bWidth] = [a.length / rows, b.length / rows];
    for (let row = 0, to = 0; row < rows; row++, to += aWidth + bWidth) {
      out[plane].set(a.subarray(row * aWidth, (row + 1) * aWidth), to);
      out[plane].set(b.subarray(row * bWidth, (row + 1) * bWidth), to + aWidth);
    }
  }
  return out;
}

/** Two pictures of one width in one; the upper one's height must be even. @throws DepthError `bad-argument` */
export function below(upper: Yuv420, lower: Yuv420): Yuv420 {
  if (upper.width !== lower.width || upper.height % 2 !== 0)
    throw new DepthError(
      "bad-argument",
      `Pictures one below the other need one width and an even upper height, got ${upper.width}x${upper.height} and ${lower.width}x${lower.height}.`,
    );
  const out = greyPlanes({ width: upper.width, height: upper.height + lower.height });
  for (const plane of PLANES) {
    out[plane].set(upper[plane]);
    out[plane].set(lower[plane], upper[plane].length);
  }
  return out;
}

/**
 * Lays a picture over another of the same size: `alpha` of the upper one, 0 to 1. YCbCr is linear in R'G'B', so that the
 * colours are those which picture programs mix.
 */
export function blend(under: Yuv420, over: Yuv420, alpha: number): Yuv420 {
  const weight = Math.round(alpha * 256);
  const out = greyPlanes(under);
  for (const plane of PLANES) mix(under[plane], over[plane], weight, out[plane]);
  return out;
}

function mix(a: Uint8Array, b: Uint8Array, weight: number, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) {
    const from = a[i] as number;
    out[i] = from + ((((b[i] as number) - from) * weight + 128) >> 8);
  }
}
