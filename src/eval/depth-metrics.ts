/** Errors of predicted depth against the truth over the valid pixels of one picture. */
export interface DepthMetrics {
  /** Mean of |d - g| / g. */
  readonly absRel: number;
  /** Root of the mean of (d - g)^2, metres. */
  readonly rmse: number;
  /** Share of pixels with max(d/g, g/d) < 1.25. */
  readonly delta1: number;
  readonly delta2: number;
  readonly delta3: number;
}

/**
 * The usual depth errors (Eigen et al., NeurIPS 2014), summed in float64.
 * @param prediction metres @param truth metres, above 0 @param valid 1 where to count
 * @returns undefined when no pixel is valid
 */
export function depthMetrics(
  prediction: ArrayLike<number>,
  truth: ArrayLike<number>,
  valid: ArrayLike<number>,
): DepthMetrics | undefined {
  let [count, relative, squared] = [0, 0, 0];
  const within = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (!valid[i]) continue;
    const [d, g] = [prediction[i] as number, truth[i] as number];
    count++;
    relative += Math.abs(d - g) / g;
    squared += (d - g) ** 2;
    const ratio = Math.max(d / g, g / d);
    for (let k = 0; k < 3; k++) if (ratio < 1.25 ** (k + 1)) within[k] = (within[k] as number) + 1;
  }
  if (count === 0) return undefined;
  const [delta1, delta2, delta3] = within.map((n) => n / count) as [number, number, number];
  return { absRel: relative / count, rmse: Math.sqrt(squared / count), delta1, delta2, delta3 };
}
