/** Scale and shift that bring a prediction to the truth. */
export interface Affine {
  readonly scale: number;
  readonly shift: number;
}

/**
 * Least squares of `scale * prediction + shift` against the true disparity 1/depth over the valid pixels, by the 2x2
 * normal equations (MiDaS; both 0 when they have no solution, as in the official function).
 */
export function fitDisparity(
  prediction: ArrayLike<number>,
  depthMetres: ArrayLike<number>,
  valid: ArrayLike<number>,
): Affine {
  let [pp, p, pt, t, n] = [0, 0, 0, 0, 0];
  for (let i = 0; i < depthMetres.length; i++) {
    if (!valid[i]) continue;
    const x = prediction[i] as number;
    const y = 1 / (depthMetres[i] as number);
    pp += x * x;
    p += x;
    pt += x * y;
    t += y;
    n++;
  }
  const determinant = pp * n - p * p;
  if (!(determinant > 0)) return { scale: 0, shift: 0 };
  return { scale: (n * pt - p * t) / determinant, shift: (pp * t - p * pt) / determinant };
}

/** Metres of an affine-invariant disparity: aligned, limited below at 1/cap so that nothing is behind the cap, inverted. */
export function disparityToDepth(
  prediction: ArrayLike<number>,
  { scale, shift }: Affine,
  capMetres: number,
): Float64Array {
  return Float64Array.from(prediction, (d) => 1 / Math.max(scale * d + shift, 1 / capMetres));
}
