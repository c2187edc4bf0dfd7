import { DepthError } from "../../util/errors.ts";
import type { Yuv420 } from "../video-types.ts";

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
  const width = left.width + right.width;
  const join = (a: Uint8Array, aWidth: number, b: Uint8Array, bWidth: number): Uint8Array => {
    const out = new Uint8Array(a.length + b.length);
    const rows = a.length / aWidth;
    for (let row = 0; row < rows; row++) {
      out.set(a.subarray(row * aWidth, (row + 1) * aWidth), row * (aWidth + bWidth));
      out.set(b.subarray(row * bWidth, (row + 1) * bWidth), row * (aWidth + bWidth) + aWidth);
    }
    return out;
  };
  const [half, otherHalf] = [left.width >> 1, (right.width + 1) >> 1];
  return {
    ...{ width, height: left.height },
    y: join(left.y, left.width, right.y, right.width),
    u: join(left.u, half, right.u, otherHalf),
    v: join(left.v, half, right.v, otherHalf),
  };
}

/** Two pictures of one width in one; the upper one's height must be even. @throws DepthError `bad-argument` */
export function below(upper: Yuv420, lower: Yuv420): Yuv420 {
  if (upper.width !== lower.width || upper.height % 2 !== 0)
    throw new DepthError(
      "bad-argument",
      `Pictures one below the other need one width and an even upper height, got ${upper.width}x${upper.height} and ${lower.width}x${lower.height}.`,
    );
  const join = (a: Uint8Array, b: Uint8Array): Uint8Array => {
    const out = new Uint8Array(a.length + b.length);
    out.set(a);
    out.set(b, a.length);
    return out;
  };
  const { width } = upper;
  const height = upper.height + lower.height;
  return { width, height, y: join(upper.y, lower.y), u: join(upper.u, lower.u), v: join(upper.v, lower.v) };
}

/**
 * Lays a picture over another of the same size: `alpha` of the upper one, 0 to 1. YCbCr is linear in R'G'B', so that the
 * colours are those which picture programs mix.
 */
export function blend(under: Yuv420, over: Yuv420, alpha: number): Yuv420 {
  const weight = Math.round(alpha * 256);
  const mix = (a: Uint8Array, b: Uint8Array): Uint8Array => {
    const out = new Uint8Array(a.length);
    for (let i = 0; i < a.length; i++) {
      const from = a[i] as number;
      out[i] = from + ((((b[i] as number) - from) * weight + 128) >> 8);
    }
    return out;
  };
  const { width, height } = under;
  return { width, height, y: mix(under.y, over.y), u: mix(under.u, over.u), v: mix(under.v, over.v) };
}
