import type { Image } from "../image/image.ts";
import { throwIfAborted } from "../util/errors.ts";

/**
 * What is known about the depth of a picture, one number a pixel, rows from the top. `NaN` is
 * unknown. Sky is infinitely far: `Infinity` as depth, 0 as disparity (paper, section 3.1).
 */
export interface DepthTruth {
  /** `depth-metres`: along the optical axis. `disparity`: inverse depth up to an unknown scale, near is large. */
  readonly kind: "depth-metres" | "disparity";
  /** `width * height` values of the picture's own size. */
  readonly data: Float32Array;
}

/** A picture with its true depth. */
export interface DepthSample {
  readonly image: Image;
  readonly truth: DepthTruth;
  /** Name of the dataset it belongs to. */
  readonly dataset: string;
  /** The picture's path, or `procedural room 17` where there is no file. */
  readonly source: string;
}

/** Samples by number; each is read when asked for. */
export interface Dataset {
  readonly name: string;
  readonly length: number;
  /** @throws DepthError `bad-file` naming the file that cannot be used. */
  get(index: number): Promise<DepthSample>;
}

/** The samples of a dataset in order. @throws DepthError as `get` does; `aborted`. */
export async function* samplesOf(
  dataset: Dataset,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<DepthSample> {
  for (let index = 0; index < dataset.length; index++) {
    throwIfAborted(options.signal);
    yield await dataset.get(index);
  }
}

/** Inverse depth of every pixel, up to scale: 0 for sky, `NaN` where unknown. */
export function disparityOf(truth: DepthTruth): Float32Array {
  return truth.kind === "disparity" ? truth.data : truth.data.map((metres) => 1 / metres);
}
