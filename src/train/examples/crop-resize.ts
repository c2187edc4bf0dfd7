import type { Image } from "../../image/image.ts";

/** A crop of a picture in its pixels (fractions allowed), and the size it is brought to. */
export interface CropResize {
  readonly left: number;
  readonly top: number;
  readonly cropWidth: number;
  readonly cropHeight: number;
  /** Size of the result. */
  readonly width: number;
  readonly height: number;
  /** Mirrors left and right. */
  readonly flip: boolean;
}

/** For each output place: the first input sample, and `count` weights from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: Float32Array;
  readonly count: number;
}

/** Triangle filter as wide as the shrink factor (at least one pixel each way), cut off at the border. */
function triangleTaps(offset: number, length: number, size: number, limit: number, flip: boolean): Taps {
  const step = length / size;
  const reach = Math.max(1, step);
  const count = Math.min(limit, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(size);
  const weights = new Float32Array(size * count);
  for (let i = 0; i < size; i++) {
    const centre = offset + ((flip ? size - 1 - i : i) + 0.5) * step - 0.5;
    const low = Math.max(0, Math.min(limit - count, Math.ceil(centre - reach)));
    first[i] = low;
    const taps = weights.subarray(i * count, (i + 1) * count);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      taps[k] = Math.max(0, 1 - Math.abs(low + k - centre) / reach);
      sum += taps[k] as number;
    }
    for (let k = 0; k < count; k++) taps[k] = (taps[k] as number) / sum;
  }
  return { first, weights, count };
}

/**
 * Crops a picture and resizes the crop: bilinear when enlarging, with a prefilter as wide as the step when shrinking.
 * @returns [3, height, width], planar RGB in 0..1.
 */
export function cropResizeImage(image: Image, crop: CropResize): Float32Array {
  const { width, height } = crop;
  const columns = triangleTaps(crop.left, crop.cropWidth, width, image.width, crop.flip);
  const rows = triangleTaps(crop.top, crop.cropHeight, height, image.height, false);
  const firstRow = rows.first[0] as number;
  const lastRow = (rows.first[height - 1] as number) + rows.count - 1;
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  // Across: the rows that are needed, [lastRow - firstRow + 1, width, 3].
  const across = new Float32Array((lastRow - firstRow + 1) * width * 3);
  const { data } = image;
  for (let y = firstRow, k = 0; y <= lastRow; y++) {
    for (let x = 0; x < width; x++, k += 3) {
      let r = 0;
      let g = 0;
      let b = 0;
      let at = (y * image.width + (columns.first[x] as number)) * 3;
      for (let i = x * columns.count; i < (x + 1) * columns.count; i++, at += 3) {
        const tap = columns.weights[i] as number;
        r += tap * (data[at] as number);
        g += tap * (data[at + 1] as number);
        b += tap * (data[at + 2] as number);
      }
      across[k] = r;
      across[k + 1] = g;
      across[k + 2] = b;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < rows.count; i++) {
      const tap = (rows.weights[y * rows.count + i] as number) / image.maxValue;
      if (tap === 0) continue;
      let at = ((rows.first[y] as number) - firstRow + i) * width * 3;
      for (let k = y * width; k < (y + 1) * width; k++, at += 3) {
        out[k] = (out[k] as number) + tap * (across[at] as number);
        out[k + plane] = (out[k + plane] as number) + tap * (across[at + 1] as number);
        out[k + 2 * plane] = (out[k + 2 * plane] as number) + tap * (across[at + 2] as number);
      }
    }
  }
  return out;
}

/**
 * Crops a map and resizes the crop by its nearest samples, so that unknown pixels stay unknown and no depth is
 * invented between two objects.
 * @param map `mapWidth * mapHeight` values.
 * @returns `width * height` values.
 */
export function cropResizeNearest(
  map: Float32Array,
  mapWidth: number,
  mapHeight: number,
  crop: CropResize,
): Float32Array {
  const { width, height } = crop;
  const nearest = (offset: number, length: number, i: number, size: number, limit: number): number =>
    Math.max(0, Math.min(limit - 1, Math.floor(offset + ((i + 0.5) * length) / size)));
  const columns = Int32Array.from({ length: width }, (_, x) =>
    nearest(crop.left, crop.cropWidth, crop.flip ? width - 1 - x : x, width, mapWidth),
  );
  const out = new Float32Array(width * height);
  for (let y = 0, k = 0; y < height; y++) {
    const row = nearest(crop.top, crop.cropHeight, y, height, mapHeight) * mapWidth;
    for (let x = 0; x < width; x++, k++) out[k] = map[row + (columns[x] as number)] as number;
  }
  return out;
}
