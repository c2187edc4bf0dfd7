import type { Image } from "./image.ts";
import type { Size } from "./resize-rule.ts";

/** Options of `resampleCubic`: the size wanted, and what to do with each resampled value of channel c. */
export interface ResampleCubicOptions extends Size {
  /** Three factors: output = resampled sample * scale[c] + offset[c]. */
  readonly scale: readonly [number, number, number];
  /** Three summands, after the factors. */
  readonly offset: readonly [number, number, number];
}

/** Four source indices and weights for every output position of one axis. */
interface Taps {
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/**
 * OpenCV's INTER_CUBIC (a = -0.75, no antialiasing, indices clamped at the border, overshoot kept), fused
 * with a linear map per channel and the change from interleaved to planar.
 * Source: cv2.resize on float64, restated: coefficients in float32, sums in float64, horizontal then vertical.
 * @returns [3, height, width].
 */
export function resampleCubic(image: Image, options: ResampleCubicOptions): Float32Array {
  const { width, height, scale, offset } = options;
  const columns = cubicTaps(image.width, width, 3);
  const rows = cubicTaps(image.height, height, 1);
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  // Four output rows in a row share most source rows: each is resampled once, when first asked for.
  const ring = Array.from({ length: 4 }, () => ({ row: -1, values: new Float64Array(3 * width) }));
  const resampledRow = (row: number): Float64Array => {
    const slot = ring[row % 4] as (typeof ring)[number];
    if (slot.row !== row) {
      resampleRow(image, row, columns, slot.values);
      slot.row = row;
    }
    return slot.values;
  };
  for (let y = 0; y < height; y++) {
    const four = Array.from(rows.index.subarray(4 * y, 4 * y + 4), resampledRow);
    for (let c = 0; c < 3; c++) {
      const weights = rows.weight.subarray(4 * y, 4 * y + 4).map((weight) => weight * (scale[c] as number));
      blendRows(four, c * width, weights, offset[c] as number, out.subarray(c * plane + y * width).subarray(0, width));
    }
  }
  return out;
}

// The inner loops are functions of their own: V8 then compiles each once, for plain arrays and numbers.

/** out[x] = offset + the weighted sum of four rows, read from `from` on. */
function blendRows(
  rows: readonly Float64Array[],
  from: number,
  weights: Float64Array,
  offset: number,
  out: Float32Array,
): void {
  const [r0, r1, r2, r3] = rows as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [w0, w1, w2, w3] = weights as unknown as [number, number, number, number];
  for (let x = 0; x < out.length; x++) {
    const i = from + x;
    out[x] = (r0[i] as number) * w0 + (r1[i] as number) * w1 + (r2[i] as number) * w2 + (r3[i] as number) * w3 + offset;
  }
}

/** One source row at the output width, planar: [3, width]. */
function resampleRow(image: Image, row: number, taps: Taps, out: Float64Array): void {
  const { data } = image;
  const { index, weight } = taps;
  const start = row * image.width * 3;
  const width = index.length / 4;
  for (let x = 0, t = 0; x < width; x++, t += 4) {
    const a = start + (index[t] as number);
    const b = start + (index[t + 1] as number);
    const c = start + (index[t + 2] as number);
    const d = start + (index[t + 3] as number);
    const wa = weight[t] as number;
    const wb = weight[t + 1] as number;
    const wc = weight[t + 2] as number;
    const wd = weight[t + 3] as number;
    out[x] = (data[a] as number) * wa + (data[b] as number) * wb + (data[c] as number) * wc + (data[d] as number) * wd;
    out[x + width] =
      (data[a + 1] as number) * wa +
      (data[b + 1] as number) * wb +
      (data[c + 1] as number) * wc +
      (data[d + 1] as number) * wd;
    out[x + 2 * width] =
      (data[a + 2] as number) * wa +
      (data[b + 2] as number) * wb +
      (data[c + 2] as number) * wc +
      (data[d + 2] as number) * wd;
  }
}

/** Keys' cubic kernel at the four neighbours of every output position, rounded to float32 at each step as OpenCV does. */
function cubicTaps(from: number, to: number, stride: number): Taps {
  const f = Math.fround;
  const index = new Int32Array(4 * to);
  const weight = new Float64Array(4 * to);
  const ratio = 1 / (to / from);
  for (let i = 0; i < to; i++) {
    const position = f((i + 0.5) * ratio - 0.5);
    const floor = Math.floor(position);
    const t = f(position - floor);
    const near = f(t + 1);
    const far = f(1 - t);
    const w0 = f(f(f(f(f(f(-0.75 * near) + 3.75) * near) - 6) * near) + 3);
    const w1 = f(f(f(f(f(1.25 * t) - 2.25) * t) * t) + 1);
    const w2 = f(f(f(f(f(1.25 * far) - 2.25) * far) * far) + 1);
    weight.set([w0, w1, w2, f(f(f(1 - w0) - w1) - w2)], 4 * i);
    for (let k = 0; k < 4; k++) {
      index[4 * i + k] = Math.min(Math.max(floor - 1 + k, 0), from - 1) * stride;
    }
  }
  return { index, weight };
}
