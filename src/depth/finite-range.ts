/** Smallest and largest finite value; 0 and 0 if there is none. */
export function finiteRange(data: Float32Array): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  // The outer comparisons are false for NaN; the inner ones run only on a new extreme.
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < min && value !== Number.NEGATIVE_INFINITY) min = value;
    if (value > max && value !== Number.POSITIVE_INFINITY) max = value;
  }
  if (min <= max) return { min, max };
  return { min: 0, max: 0 };
}
