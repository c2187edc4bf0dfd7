/** Values looked at by default: of more, every second, every third and so on. */
const SAMPLES = 1 << 16;

/**
 * Percentiles of many values, taken from at most `samples` of them spread evenly; of fewer, the exact order statistics.
 * @param shares in [0, 1] @param counts which values take part; of them only finite ones do. Default: all
 * @param samples default 65536
 * @returns NaN for each where no value takes part
 */
export function sampledPercentiles<const Shares extends readonly number[]>(
  values: ArrayLike<number>,
  shares: Shares,
  counts: (value: number) => boolean = () => true,
  samples = SAMPLES,
): { [K in keyof Shares]: number } {
  const step = Math.ceil(values.length / samples) || 1;
  const taken = new Float64Array(Math.ceil(values.length / step));
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] as number;
    if (Number.isFinite(value) && counts(value)) taken[count++] = value;
  }
  const sorted = taken.subarray(0, count).sort();
  const percentile = (share: number) => sorted[Math.round(share * (count - 1))] ?? Number.NaN;
  return shares.map(percentile) as { [K in keyof Shares]: number };
}
