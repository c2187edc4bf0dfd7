/**
 * What a model's numbers mean. `disparity`: inverse depth up to an unknown scale and shift, larger
 * is nearer. `metric`: depth along the optical axis in metres, larger is farther.
 */
export type DepthKind = "disparity" | "metric";

/** A depth estimate at the size of its photo. */
export interface DepthMap {
  readonly kind: DepthKind;
  readonly width: number;
  readonly height: number;
  /** `width * height` values, rows from the top. */
  readonly data: Float32Array;
  /** Smallest and largest finite value of `data`. */
  readonly range: { readonly min: number; readonly max: number };
  /** Registry name of the model, for example `nano` or `small-v2`. */
  readonly modelId: string;
  /** Size of the picture the network saw. */
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** The photo's path, if known. */
  readonly source?: string;
}
