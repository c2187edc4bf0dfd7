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

/** Draws maps of one size as pictures of one size, each over the one before: the memory is the same. */
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
  // Rows of the map at the picture's width: two of them lie around each row of the picture.
  const wide = [0, 1].map(() => ({ row: -1, levels: new Int32Array(halfWidth * 2) })) as [WideRow, WideRow];
  const picture = greyPlanes(to);
  const { y, u, v } = picture;

  return ({ data, range }) => {
    const scale = (LEVELS - 1) / (range.high - range.low);
    const levelsPerUnit = Number.isFinite(scale) ? scale : 0;
    for (const one of wide) one.row = -1;
    const wideRow = (padded: number): Int32Array => {
      const row = Math.min(from.height - 1, Math.max(0, padded - 1));
      const slot = wide[row & 1] as WideRow;
      if (slot.row !== row) {
        toLevels(data, row * from.width, range.low, levelsPerUnit, narrow);
        widen(narrow, columns.start, columns.step, slot.levels);
        if (width & 1) slot.levels[width] = slot.levels[width - 1] as number;
        slot.row = row;
      }
      return slot.levels;
    };
    const around = (at: number) => [wideRow(at >> 16), wideRow((at >> 16) + 1), (at >> 8) & 255] as const;
    const drawLuma = (row: number): void =>
      paintLuma(...around(rows.start + row * rows.step), palette.y, y.subarray(row * width, (row + 1) * width));
    for (let row = 0; row < height; row += 2) {
      drawLuma(row);
      const hasSecond = row + 1 < height;
      // Colours of two rows lie between them.
      const at = rows.start + row * rows.step + (hasSecond ? rows.step >> 1 : 0);
      const to = (row >> 1) * halfWidth;
      if (!palette.isGrey)
        paintChroma(...around(at), palette, u.subarray(to, to + halfWidth), v.subarray(to, to + halfWidth));
      if (hasSecond) drawLuma(row + 1);
    }
    return picture;
  };
}

interface WideRow {
  row: number;
  readonly levels: Int32Array;
}

function positions(from: number, to: number, alignCorners: boolean): Positions {
  const step = alignCorners ? (to > 1 ? (from - 1) / (to - 1) : 0) : from / to;
  const start = alignCorners ? 1 : 0.5 + step / 2;
  return { start: Math.round(start * 65536), step: Math.floor(step * 65536) };
}

// The inner loops are functions of their own: V8 then compiles each once, for plain arrays and whole numbers.

/** A row of the map as levels 0..LEVELS-1 in 1/256, padded. */
function toLevels(data: Float32Array, start: number, low: number, levelsPerUnit: number, out: Int32Array): void {
  const width = out.length - 3;
  const most = (LEVELS - 1) * 256;
  for (let x = 0; x < width; x++) {
    const scaled = levelsPerUnit * 256 * ((data[start + x] as number) - low);
    out[x + 1] = scaled > 0 ? (scaled < most ? scaled : most) : 0;
  }
  out[0] = out[1] as number;
  out[width + 1] = out[width + 2] = out[width] as number;
}

function widen(narrow: Int32Array, start: number, step: number, out: Int32Array): void {
  for (let x = 0, at = start; x < out.length; x++, at += step) {
    const left = at >> 16;
    const a = narrow[left] as number;
    out[x] = a + ((Math.imul((narrow[left + 1] as number) - a, (at >> 8) & 255) + 128) >> 8);
  }
}

/** Luma of a row between two, `share` 256ths below the upper one. */
function paintLuma(above: Int32Array, below: Int32Array, share: number, luma: Uint8Array, y: Uint8Array): void {
  for (let x = 0; x < y.length; x++) {
    const a = above[x] as number;
    y[x] = luma[(a * 256 + Math.imul((below[x] as number) - a, share) + 32768) >> 16] as number;
  }
}

/** Chroma of pairs of pixels: that of their mean level. */
function paintChroma(
  above: Int32Array,
  below: Int32Array,
  share: number,
  palette: Palette,
  u: Uint8Array,
  v: Uint8Array,
): void {
  const [tableU, tableV] = [palette.u, palette.v];
  for (let x = 0, i = 0; x < u.length; x++, i += 2) {
    const a = (above[i] as number) + (above[i + 1] as number);
    const b = (below[i] as number) + (below[i + 1] as number);
    const level = (a * 256 + Math.imul(b - a, share) + 65536) >> 17;
    u[x] = tableU[level] as number;
    v[x] = tableV[level] as number;
  }
}
