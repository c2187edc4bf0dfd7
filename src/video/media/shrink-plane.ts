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
  /** `perCell` weights a cell, a multiple of 4; they sum to 256. */
  readonly weights: Int32Array;
  readonly perCell: number;
}

/** Scales planes; keeps weights and buffers for the next picture. */
export interface PlaneShrinker {
  shrink(plane: Plane, width: number, height: number): Plane;
  /** Two planes of the same size, for less than the price of two. */
  shrinkPair(a: Plane, b: Plane, width: number, height: number): readonly [Plane, Plane];
}

/**
 * Scales planes to a size: each new sample is the mean of the area it covers, edges counted by their part of a sample.
 * Sums are integers (weights of 1/256, rounded after each axis), so results do not depend on the machine.
 */
export function createPlaneShrinker(): PlaneShrinker {
  const axes = new Map<string, AxisWeights>();
  const axis = (from: number, to: number): AxisWeights => {
    const key = `${from}:${to}`;
    const known = axes.get(key) ?? areaWeights(from, to);
    axes.set(key, known);
    return known;
  };
  return {
    shrink(plane, width, height) {
      if (plane.width === width && plane.height === height) return plane;
      const [columns, rows] = [axis(plane.width, width), axis(plane.height, height)];
      if (plane.data instanceof Uint16Array) return shrinkWords(plane, plane.data, columns, rows, width, height);
      const out = emptyPlane(width, height);
      const work = bytePairWork(plane.stride, columns.perCell);
      // Two neighbouring rows at a time; the last of an odd number is done twice.
      for (let j = 0; j < height; j += 2) {
        const below = Math.min(j + 1, height - 1);
        sumRows(work.a, plane, rows, j);
        sumRows(work.b, plane, rows, below);
        weighColumns(packed(work), columns, width, out.data, j * out.stride, out.data, below * out.stride);
      }
      return out;
    },
    shrinkPair(a, b, width, height) {
      if (a.data instanceof Uint16Array || (a.width === width && a.height === height))
        return [this.shrink(a, width, height), this.shrink(b, width, height)];
      const [columns, rows] = [axis(a.width, width), axis(a.height, height)];
      const [outA, outB] = [emptyPlane(width, height), emptyPlane(width, height)];
      const work = bytePairWork(a.stride, columns.perCell);
      for (let j = 0; j < height; j++) {
        sumRows(work.a, a, rows, j);
        sumRows(work.b, b, rows, j);
        weighColumns(packed(work), columns, width, outA.data, j * outA.stride, outB.data, j * outB.stride);
      }
      return [outA, outB];
    },
  };
}

function emptyPlane(width: number, height: number): Plane & { readonly data: Uint8Array } {
  const stride = (width + 3) & ~3;
  return { width, height, stride, data: new Uint8Array(stride * height) };
}

/** A row of bytes, two of every four in a word: bytes 0 and 2 in `even`, 1 and 3 in `odd`, each with room for 256 times as much. */
interface Lanes {
  readonly even: Int32Array;
  readonly odd: Int32Array;
}

interface PairWork {
  readonly a: Lanes;
  readonly b: Lanes;
  /** Samples of two rows, one in the lower half of a word and one in the upper. */
  readonly both: Int32Array;
}

function bytePairWork(stride: number, perCell: number): PairWork {
  const lanes = (): Lanes => ({ even: new Int32Array(stride >> 2), odd: new Int32Array(stride >> 2) });
  return { a: lanes(), b: lanes(), both: new Int32Array(stride + perCell) };
}

/** Means of a column's samples under row `j`, four rows and four columns at a time. */
function sumRows({ even, odd }: Lanes, plane: Plane, { first, weights, perCell }: AxisWeights, j: number): void {
  const { data } = plane;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  const perRow = plane.stride >> 2;
  const start = first[j] as number;
  const last = plane.height - 1;
  for (let k = 0; k < perCell; k += 4) {
    const at = j * perCell + k;
    const w0 = weights[at] as number;
    const w1 = weights[at + 1] as number;
    const w2 = weights[at + 2] as number;
    const w3 = weights[at + 3] as number;
    // Rows past the cell weigh nothing; they only have to exist.
    const r0 = Math.min(start + k, last) * perRow;
    const r1 = Math.min(start + k + 1, last) * perRow;
    const r2 = Math.min(start + k + 2, last) * perRow;
    const r3 = Math.min(start + k + 3, last) * perRow;
    if (k === 0) {
      even.fill(0);
      odd.fill(0);
    }
    for (let x = 0; x < perRow; x++) {
      const q0 = words[r0 + x] as number;
      const q1 = words[r1 + x] as number;
      const q2 = words[r2 + x] as number;
      const q3 = words[r3 + x] as number;
      const e =
        Math.imul(q0 & 0xff00ff, w0) +
        Math.imul(q1 & 0xff00ff, w1) +
        Math.imul(q2 & 0xff00ff, w2) +
        Math.imul(q3 & 0xff00ff, w3);
      const o =
        Math.imul((q0 >>> 8) & 0xff00ff, w0) +
        Math.imul((q1 >>> 8) & 0xff00ff, w1) +
        Math.imul((q2 >>> 8) & 0xff00ff, w2) +
        Math.imul((q3 >>> 8) & 0xff00ff, w3);
      even[x] = e + (even[x] as number);
      odd[x] = o + (odd[x] as number);
    }
  }
}

/** Rounds two rows of sums to bytes and puts them side by side. */
function packed({ a, b, both }: PairWork): Int32Array {
  for (let x = 0, to = 0; x < a.even.length; x++, to += 4) {
    const ae = (((a.even[x] as number) + 0x800080) >>> 8) & 0xff00ff;
    const ao = (((a.odd[x] as number) + 0x800080) >>> 8) & 0xff00ff;
    const be = (((b.even[x] as number) + 0x800080) >>> 8) & 0xff00ff;
    const bo = (((b.odd[x] as number) + 0x800080) >>> 8) & 0xff00ff;
    both[to] = (ae & 0xffff) | (be << 16);
    both[to + 1] = (ao & 0xffff) | (bo << 16);
    both[to + 2] = (ae >>> 16) | (be & 0xffff0000);
    both[to + 3] = (ao >>> 16) | (bo & 0xffff0000);
  }
  return both;
}

/** Means over the columns of the new plane, of two rows at once. */
function weighColumns(
  both: Int32Array,
  { first, weights, perCell }: AxisWeights,
  width: number,
  outA: Uint8Array,
  atA: number,
  outB: Uint8Array,
  atB: number,
): void {
  for (let i = 0; i < width; i++) {
    const from = first[i] as number;
    const w = i * perCell;
    let sum =
      Math.imul(both[from] as number, weights[w] as number) +
      Math.imul(both[from + 1] as number, weights[w + 1] as number) +
      Math.imul(both[from + 2] as number, weights[w + 2] as number) +
      Math.imul(both[from + 3] as number, weights[w + 3] as number) +
      0x800080;
    for (let k = 4; k < perCell; k++) sum += Math.imul(both[from + k] as number, weights[w + k] as number);
    outA[atA + i] = (sum >>> 8) & 255;
    outB[atB + i] = sum >>> 24;
  }
}

/** The same for deeper samples, without tricks; precision is kept to the end. */
function shrinkWords(
  { stride, width: fromWidth, height: fromHeight }: Plane,
  samples: Uint16Array,
  columns: AxisWeights,
  rows: AxisWeights,
  width: number,
  height: number,
): Plane {
  const out = new Uint16Array(width * height);
  const sums = new Int32Array(fromWidth + columns.perCell);
  for (let j = 0; j < height; j++) {
    sums.fill(0);
    for (let k = 0; k < rows.perCell; k++) {
      const weight = rows.weights[j * rows.perCell + k] as number;
      if (weight === 0) continue;
      const start = Math.min((rows.first[j] as number) + k, fromHeight - 1) * stride;
      for (let x = 0; x < fromWidth; x++) sums[x] = (sums[x] as number) + (samples[start + x] as number) * weight;
    }
    for (let i = 0; i < width; i++) {
      let sum = 32768;
      for (let k = 0, w = i * columns.perCell, from = columns.first[i] as number; k < columns.perCell; k++, w++, from++)
        sum += (sums[from] as number) * (columns.weights[w] as number);
      out[j * width + i] = sum >>> 16;
    }
  }
  return { width, height, stride: width, data: out };
}

function areaWeights(from: number, to: number): AxisWeights {
  const perCell = (Math.ceil(from / to) + 1 + 3) & ~3;
  const first = new Int32Array(to);
  const weights = new Int32Array(to * perCell);
  for (let i = 0; i < to; i++) {
    // In units of 1/to of a sample everything is a whole number: the cell is [i * from, (i + 1) * from).
    const [start, end] = [i * from, (i + 1) * from];
    const begin = Math.floor(start / to);
    const n = Math.ceil(end / to) - begin;
    first[i] = begin;
    let given = 0;
    for (let k = 0, covered = 0; k < n; k++) {
      covered += Math.min(end, (begin + k + 1) * to) - Math.max(start, (begin + k) * to);
      // Rounding the running sum makes the weights of a cell sum to 256 exactly.
      const total = Math.round((256 * covered) / from);
      weights[i * perCell + k] = total - given;
      given = total;
    }
  }
  return { first, weights, perCell };
}
