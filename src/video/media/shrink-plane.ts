/** One channel of a decoded picture; samples of 8 bits in bytes, deeper ones in 16-bit words. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** Samples from one row to the next. For bytes a multiple of 4, and `data` starts at a multiple of 4. */
  readonly stride: number;
  readonly data: Uint8Array | Uint16Array;
}

/** For each cell of an axis: the first sample under it and the 256ths that the samples from there on count for. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `perCell` weights a cell; they sum to 256. */
  readonly weights: Int32Array;
  readonly perCell: number;
}

/**
 * Scales planes to a size: each new sample is the mean of the area it covers, edges counted by their part of a sample.
 * Sums are integers (weights of 1/256), so results do not depend on the machine. Weights and row buffers are kept for
 * the next plane.
 */
export function createPlaneShrinker(): (plane: Plane, width: number, height: number) => Plane {
  const axes = new Map<string, AxisWeights>();
  const axis = (from: number, to: number): AxisWeights => {
    const key = `${from}:${to}`;
    const known = axes.get(key) ?? areaWeights(from, to);
    axes.set(key, known);
    return known;
  };
  return (plane, width, height) => {
    if (plane.width === width && plane.height === height) return plane;
    const [columns, rows] = [axis(plane.width, width), axis(plane.height, height)];
    const stride = (width + 3) & ~3;
    const data = plane.data instanceof Uint8Array ? new Uint8Array(stride * height) : new Uint16Array(stride * height);
    const sumRow = plane.data instanceof Uint8Array ? byteRowSums(plane) : wordRowSums(plane);
    for (let j = 0; j < height; j++) weighColumns(sumRow(rows, j), columns, width, data, j * stride);
    return { width, height, stride, data };
  };
}

/** Means of a row of sums (256 times the samples) over the columns of the new plane. */
function weighColumns(
  sums: Uint16Array | Int32Array,
  { first, count, weights, perCell }: AxisWeights,
  width: number,
  out: Uint8Array | Uint16Array,
  at: number,
): void {
  for (let i = 0; i < width; i++) {
    const from = first[i] as number;
    const n = count[i] as number;
    let sum = 32768;
    for (let k = 0, w = i * perCell; k < n; k++, w++) sum += (sums[from + k] as number) * (weights[w] as number);
    out[at + i] = sum >>> 16;
  }
}

/**
 * Weighted sums of rows of bytes, four samples at a time: two lanes of 16 bits a word hold them exactly, because 256
 * times a byte fits.
 */
function byteRowSums({ data, stride }: Plane): (rows: AxisWeights, j: number) => Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  const perRow = stride >> 2;
  const [even, odd] = [new Int32Array(perRow), new Int32Array(perRow)];
  const sums = new Uint16Array(stride);
  return ({ first, count, weights, perCell }, j) => {
    const n = count[j] as number;
    for (let k = 0; k < n; k++) {
      const weight = weights[j * perCell + k] as number;
      const start = ((first[j] as number) + k) * perRow;
      if (k === 0)
        for (let x = 0; x < perRow; x++) {
          const four = words[start + x] as number;
          even[x] = Math.imul(four & 0xff00ff, weight);
          odd[x] = Math.imul((four >>> 8) & 0xff00ff, weight);
        }
      else
        for (let x = 0; x < perRow; x++) {
          const four = words[start + x] as number;
          even[x] = (even[x] as number) + Math.imul(four & 0xff00ff, weight);
          odd[x] = (odd[x] as number) + Math.imul((four >>> 8) & 0xff00ff, weight);
        }
    }
    for (let x = 0, to = 0; x < perRow; x++, to += 4) {
      const [e, o] = [even[x] as number, odd[x] as number];
      sums[to] = e & 0xffff;
      sums[to + 1] = o & 0xffff;
      sums[to + 2] = e >>> 16;
      sums[to + 3] = o >>> 16;
    }
    return sums;
  };
}

function wordRowSums({ data, stride, width }: Plane): (rows: AxisWeights, j: number) => Int32Array {
  const sums = new Int32Array(width);
  return ({ first, count, weights, perCell }, j) => {
    sums.fill(0);
    for (let k = 0; k < (count[j] as number); k++) {
      const weight = weights[j * perCell + k] as number;
      const start = ((first[j] as number) + k) * stride;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + (data[start + x] as number) * weight;
    }
    return sums;
  };
}

function areaWeights(from: number, to: number): AxisWeights {
  const perCell = Math.ceil(from / to) + 1;
  const [first, count] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Int32Array(to * perCell);
  for (let i = 0; i < to; i++) {
    // In units of 1/to of a sample everything is a whole number: the cell is [i * from, (i + 1) * from).
    const [start, end] = [i * from, (i + 1) * from];
    const begin = Math.floor(start / to);
    const n = Math.ceil(end / to) - begin;
    first[i] = begin;
    count[i] = n;
    let given = 0;
    for (let k = 0, covered = 0; k < n; k++) {
      covered += Math.min(end, (begin + k + 1) * to) - Math.max(start, (begin + k) * to);
      // Rounding the running sum makes the weights of a cell sum to 256 exactly.
      const total = Math.round((256 * covered) / from);
      weights[i * perCell + k] = total - given;
      given = total;
    }
  }
  return { first, count, weights, perCell };
}
