/** A number at a step. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** The numbers of neighbouring steps in one. */
export interface Span {
  /** The last of them. */
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

/** The finite points of a curve: JSON has no NaN, it writes null. */
export function pointsOf<T extends { readonly step: number }>(
  records: readonly T[],
  read: (record: T) => number | null | undefined,
): Point[] {
  const points: Point[] = [];
  for (const record of records) {
    const value = read(record);
    if (typeof value === "number" && Number.isFinite(value)) points.push({ step: record.step, value });
  }
  return points;
}

/**
 * The mean of a point and its neighbours, `window` points in all, fewer at the ends, so that it does not lag behind; of at
 * most `count` points.
 */
export function smoothed(points: readonly Point[], window: number, count: number): Point[] {
  const reach = Math.max(0, Math.floor((window - 1) / 2));
  const sums = new Float64Array(points.length + 1);
  for (const [i, { value }] of points.entries()) sums[i + 1] = (sums[i] as number) + value;
  return evenly(points.length, count).map((i) => {
    const [from, to] = [Math.max(0, i - reach), Math.min(points.length, i + reach + 1)];
    return { step: (points[i] as Point).step, value: ((sums[to] as number) - (sums[from] as number)) / (to - from) };
  });
}

/** At most `count` points of a curve, evenly spaced, the last one always. */
export const thinned = (points: readonly Point[], count: number): Point[] =>
  evenly(points.length, count).map((i) => points[i] as Point);

/** At most `count` of the first `length` numbers from 0, evenly spaced, the last one always. */
function evenly(length: number, count: number): number[] {
  const kept = Math.min(length, count);
  return Array.from({ length: kept }, (_, i) => Math.ceil(((i + 1) * length) / kept) - 1);
}

/** A curve in at most `count` spans of as many points each (one more or less), so that no peak is lost. */
export function spansOf(points: readonly Point[], count: number): Span[] {
  const spans = Math.min(count, points.length);
  return Array.from({ length: spans }, (_, i) => {
    const part = points.slice(Math.floor((i * points.length) / spans), Math.floor(((i + 1) * points.length) / spans));
    const values = part.map(({ value }) => value);
    return { step: (part.at(-1) as Point).step, min: Math.min(...values), max: Math.max(...values) };
  });
}

/** The value below which a share of some numbers lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
