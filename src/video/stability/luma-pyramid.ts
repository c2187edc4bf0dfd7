import type { Image } from "../../image/image.ts";

/** A grey picture, rows from the top. */
export interface LumaPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A frame as motion search sees it. */
export interface LumaPyramid {
  /** The finest first, each half as large as the one before. Mean 0, spread `LUMA_SPREAD`: gains and offsets are gone. */
  readonly levels: readonly LumaPlane[];
  /** Mean and standard deviation before that, in levels of 0..255. */
  readonly mean: number;
  readonly spread: number;
  /** Share of the pixels that are as good as white. */
  readonly white: number;
}

/** Standard deviation that every frame's luma is brought to. */
export const LUMA_SPREAD = 50;

/** A frame with less contrast than this (black, white, fog) shows nothing that could be matched; levels of 0..255. */
const LEAST_SPREAD = 2.5;

/** Luma from here on is as good as white. */
const WHITE = 249;
const MOST_WHITE = 0.5;

/** No side of a level is smaller. */
const SMALLEST_SIDE = 16;

/** Pixels averaged a side for one pixel of the plane: more make no visible difference and cost time on large frames. */
const MAX_TAPS = 3;

/** Whether a frame shows too little to compare it with anything. */
export function isBlank({ spread }: Pick<LumaPyramid, "spread">): boolean {
  return spread < LEAST_SPREAD;
}

/** Whether most of a frame is burnt out, as by a flash. */
export function isOverexposed({ white }: Pick<LumaPyramid, "white">): boolean {
  return white > MOST_WHITE;
}

/** `lumaPyramid` with the picture's shape. @param longerSide at most; the other one is at least `SMALLEST_SIDE` */
export function lumaPyramidWithin(image: Image, longerSide: number): LumaPyramid {
  const scale = Math.min(1, longerSide / Math.max(image.width, image.height));
  const side = (length: number) => Math.max(SMALLEST_SIDE, Math.round(length * scale));
  return lumaPyramid(image, side(image.width), side(image.height));
}

/**
 * A frame's luma (BT.601) at a size and its halves, without overall brightness and contrast: flashes and fades leave it
 * as it is.
 */
export function lumaPyramid(image: Image, width: number, height: number): LumaPyramid {
  const finest = lumaPlane(image, width, height);
  const { data } = finest;
  let sum = 0;
  let squares = 0;
  let white = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    sum += value;
    squares += value * value;
    if (value >= WHITE) white++;
  }
  const mean = sum / data.length;
  const spread = Math.sqrt(Math.max(0, squares / data.length - mean * mean));
  const gain = LUMA_SPREAD / Math.max(spread, LEAST_SPREAD);
  for (let i = 0; i < data.length; i++) data[i] = ((data[i] as number) - mean) * gain;
  const levels = [finest];
  for (let last = finest; Math.min(last.width, last.height) >= 2 * SMALLEST_SIDE; ) {
    last = halved(last);
    levels.push(last);
  }
  return { levels, mean, spread, white: white / data.length };
}

function lumaPlane({ width: from, height: rows, data, maxValue }: Image, width: number, height: number): LumaPlane {
  const out = new Float32Array(width * height);
  const columns = tapPositions(from, width);
  const lines = tapPositions(rows, height);
  const taps = columns.length / width;
  const lineTaps = lines.length / height;
  const scale = 255 / (maxValue * taps * lineTaps);
  for (let y = 0; y < height; y++)
    for (let j = 0; j < lineTaps; j++) {
      const row = (lines[y * lineTaps + j] as number) * from;
      for (let x = 0, k = 0; x < width; x++) {
        let sum = 0;
        for (let i = 0; i < taps; i++, k++) {
          const at = 3 * (row + (columns[k] as number));
          sum += 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
        }
        out[y * width + x] = (out[y * width + x] as number) + sum * scale;
      }
    }
  return { width, height, data: out };
}

/** Pixels read for every cell of an axis: as many for each, evenly spread over it. */
function tapPositions(from: number, to: number): Int32Array {
  const taps = Math.max(1, Math.min(MAX_TAPS, Math.round(from / to)));
  return Int32Array.from({ length: to * taps }, (_, i) =>
    Math.min(from - 1, Math.floor(((i + 0.5) * from) / (to * taps))),
  );
}

function halved({ width: from, height: rows, data }: LumaPlane): LumaPlane {
  const [width, height] = [from >> 1, rows >> 1];
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0, at = 2 * y * from; x < width; x++, at += 2)
      out[y * width + x] =
        0.25 *
        ((data[at] as number) +
          (data[at + 1] as number) +
          (data[at + from] as number) +
          (data[at + from + 1] as number));
  return { width, height, data: out };
}
