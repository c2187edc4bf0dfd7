import type { Size } from "../../image/resize-rule.ts";
import type { Yuv420 } from "../video-types.ts";
import { LEVELS, type Palette } from "./palette.ts";
import { greyPlanes } from "./yuv-planes.ts";

/** A map to draw, at any size. */
export interface DrawnDepth extends Size {
  readonly data: Float32Array;
  /** Values that get the two ends of the palette; what lies beyond gets the nearer end. */
  readonly range: { readonly low: number; readonly high: number };
}

/** Where the places of a larger row or column lie on a smaller one that is padded by a sample at each end, in 1/65536. */
interface Positions {
  readonly start: number;
  readonly step: number;
}

/** Draws maps of one size as pictures of one size. The picture's memory is its own each time: encoders keep it. */
export type DepthDrawer = (depth: DrawnDepth) => Yuv420;

/**
 * Makes a function that draws maps: bilinear enlargement, colours and the change to YCbCr in one pass, which takes a few
 * milliseconds for 1280x720. NaN and a range without extent get the low end.
 * @param alignCorners which points of map and picture coincide, see `resampleBilinear`
 */
export function depthDrawer(from: Size, to: Size, palette: Palette, alignCorners: boolean): DepthDrawer {
  const { width, height } = to;
  const columns = positions(from.width, width, alignCorners);
  const rows = positions(from.height, height, alignCorners);
  const halfWidth = (width + 1) >> 1;
  const narrow = new Int32Array(from.width + 3);
  // One level more than the width: the partner of the last column of an odd width.
  const [upper, lower] = [new Uint16Array(halfWidth * 2), new Uint16Array(halfWidth * 2)];

  return ({ data, range }) => {
    const scale = (LEVELS - 1) / (range.high - range.low);
    const levelsPerUnit = Number.isFinite(scale) ? scale : 0;
    const picture = greyPlanes(to);
    const { y, u, v } = picture;
    const levelsOfRow = (row: number, out: Uint16Array): void => {
      const at = rows.start + row * rows.step;
      const [top, bottom] = [at >> 16, (at >> 16) + 1].map(
        (padded) => Math.min(from.height - 1, Math.max(0, padded - 1)) * from.width,
      ) as [number, number];
      blendRows(data, top, bottom, (at & 65535) / 65536, range.low, levelsPerUnit, narrow);
      widen(narrow, columns.start, columns.step, out);
      if (out.length > width) out[width] = out[width - 1] as number;
    };
    for (let row = 0; row < height; row += 2) {
      levelsOfRow(row, upper);
      paint(palette.y, upper, y, row * width, width);
      if (row + 1 < height) {
        levelsOfRow(row + 1, lower);
        paint(palette.y, lower, y, (row + 1) * width, width);
      }
      if (palette.isGrey) continue;
      const second = row + 1 < height ? lower : upper;
      paintHalf(palette.u, upper, second, u, (row >> 1) * halfWidth, halfWidth);
      paintHalf(palette.v, upper, second, v, (row >> 1) * halfWidth, halfWidth);
    }
    return picture;
  };
}

function positions(from: number, to: number, alignCorners: boolean): Positions {
  const step = alignCorners ? (to > 1 ? (from - 1) / (to - 1) : 0) : from / to;
  const start = alignCorners ? 1 : 0.5 + step / 2;
  return { start: Math.round(start * 65536), step: Math.floor(step * 65536) };
}

// The inner loops are functions of their own: V8 then compiles each once, for plain arrays and whole numbers.

/** A row between two of the map, as levels 0..LEVELS-1 in 1/256, padded. */
function blendRows(
  data: Float32Array,
  top: number,
  bottom: number,
  share: number,
  low: number,
  levelsPerUnit: number,
  out: Int32Array,
): void {
  const width = out.length - 3;
  const most = (LEVELS - 1) * 256;
  for (let x = 0; x < width; x++) {
    const a = data[top + x] as number;
    const level = (share === 0 ? a : a + ((data[bottom + x] as number) - a) * share) - low;
    const scaled = levelsPerUnit * 256 * level;
    out[x + 1] = scaled > 0 ? (scaled < most ? scaled : most) : 0;
  }
  out[0] = out[1] as number;
  out[width + 1] = out[width + 2] = out[width] as number;
}

function widen(narrow: Int32Array, start: number, step: number, out: Uint16Array): void {
  for (let x = 0, at = start; x < out.length; x++, at += step) {
    const left = at >> 16;
    const a = narrow[left] as number;
    out[x] = (a * 256 + Math.imul((narrow[left + 1] as number) - a, (at >> 8) & 255) + 32768) >> 16;
  }
}

function paint(table: Uint8Array, levels: Uint16Array, out: Uint8Array, at: number, count: number): void {
  for (let x = 0; x < count; x++) out[at + x] = table[levels[x] as number] as number;
}

/** Means of two by two pixels. */
function paintHalf(
  table: Uint8Array,
  upper: Uint16Array,
  lower: Uint16Array,
  out: Uint8Array,
  at: number,
  count: number,
): void {
  for (let x = 0, i = 0; x < count; x++, i += 2) {
    const sum =
      (table[upper[i] as number] as number) +
      (table[upper[i + 1] as number] as number) +
      (table[lower[i] as number] as number) +
      (table[lower[i + 1] as number] as number);
    out[at + x] = (sum + 2) >> 2;
  }
}
