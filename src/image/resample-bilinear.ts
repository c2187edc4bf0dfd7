import type { Size } from "./resize-rule.ts";

/** Options of `resampleBilinear`. */
export interface ResampleBilinearOptions extends Size {
  /**
   * True: the corner samples of both grids coincide (V2 code); false: the corners of their outer pixels do
   * (V1 code).
   */
  readonly alignCorners: boolean;
}

/** For every output position of one axis: its left neighbour, its right one, and the weight of the right one. */
interface Taps {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float32Array;
}

/**
 * Bilinear resampling of a one-channel map to another size, without antialiasing.
 * Source: `torch.nn.functional.interpolate(mode="bilinear")`, with its float32 rounding of positions.
 * @param data `size.width * size.height` values.
 * @returns `options.width * options.height` values.
 */
export function resampleBilinear(data: Float32Array, size: Size, options: ResampleBilinearOptions): Float32Array {
  const { width, height, alignCorners } = options;
  const columns = linearTaps(size.width, width, alignCorners);
  const rows = linearTaps(size.height, height, alignCorners);
  const out = new Float32Array(width * height);
  // Each source row is resampled once: neighbouring output rows share both of theirs.
  const ring = [0, 1].map(() => ({ row: -1, values: new Float32Array(width) }));
  const resampledRow = (row: number): Float32Array => {
    const slot = ring[row % 2] as (typeof ring)[number];
    if (slot.row !== row) {
      resampleRow(data, row * size.width, columns, slot.values);
      slot.row = row;
    }
    return slot.values;
  };
  for (let y = 0; y < height; y++) {
    const top = resampledRow(rows.left[y] as number);
    const bottom = resampledRow(rows.right[y] as number);
    blendRows(top, bottom, rows.weight[y] as number, out, y * width);
  }
  return out;
}

// The inner loops are functions of their own: V8 then compiles each once, for plain arrays and numbers.

function blendRows(top: Float32Array, bottom: Float32Array, w: number, out: Float32Array, start: number): void {
  const v = Math.fround(1 - w);
  for (let x = 0; x < top.length; x++) out[start + x] = v * (top[x] as number) + w * (bottom[x] as number);
}

function resampleRow(data: Float32Array, start: number, taps: Taps, out: Float32Array): void {
  const { left, right, weight } = taps;
  for (let x = 0; x < out.length; x++) {
    const w = weight[x] as number;
    const a = data[start + (left[x] as number)] as number;
    out[x] = Math.fround(1 - w) * a + w * (data[start + (right[x] as number)] as number);
  }
}

function linearTaps(from: number, to: number, alignCorners: boolean): Taps {
  const left = new Int32Array(to);
  const right = new Int32Array(to);
  const weight = new Float32Array(to);
  // torch rounds the ratio to float32 and, by fused multiply-add, the position only after subtracting its floor.
  const ratio = Math.fround(alignCorners ? (from - 1) / Math.max(1, to - 1) : from / to);
  for (let i = 0; i < to; i++) {
    const position = alignCorners ? ratio * i : Math.max(0, ratio * (i + 0.5) - 0.5);
    const floor = Math.min(Math.floor(position), from - 1);
    left[i] = floor;
    right[i] = Math.min(floor + 1, from - 1);
    weight[i] = Math.min(1, position - floor);
  }
  return { left, right, weight };
}
