/** A map of one value a pixel, rows from the top. */
export interface DepthPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}
