/** The part of a depth map that normalisation needs. */
export interface RangedData {
  readonly data: Float32Array;
  /** Smallest and largest finite value of `data`. */
  readonly range: { readonly min: number; readonly max: number };
}

/**
 * A map stretched over 0..255 and truncated, as the official scripts do: only the maximum gives 255.
 * A constant map and NaN give 0 (the scripts divide 0 by 0 there), -inf gives 0, +inf 255.
 * Source: `(depth - depth.min()) / (depth.max() - depth.min()) * 255.0` of run.py, in float32.
 */
export function normaliseToBytes({ data, range }: RangedData): Uint8Array {
  const f = Math.fround;
  const span = f(range.max - range.min);
  const out = new Uint8Array(data.length);
  if (span === 0) return out;
  for (let i = 0; i < data.length; i++) {
    const level = f(f(f((data[i] as number) - range.min) / span) * 255);
    out[i] = level < 255 ? Math.max(0, level) : level >= 255 ? 255 : 0;
  }
  return out;
}

/**
 * A map stretched over 0..65535 and rounded, so that value = min + code / 65535 * (max - min) to within half
 * a step. A constant map and NaN give 0; infinities the ends.
 */
export function normaliseToWords({ data, range }: RangedData): Uint16Array {
  const out = new Uint16Array(data.length);
  const scale = 65535 / (range.max - range.min);
  if (!Number.isFinite(scale)) return out;
  for (let i = 0; i < data.length; i++) {
    const level = ((data[i] as number) - range.min) * scale + 0.5;
    out[i] = level < 65535.5 ? Math.max(0, level) : level >= 65535.5 ? 65535 : 0;
  }
  return out;
}
