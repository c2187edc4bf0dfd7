import type { Image } from "./image.ts";
import { resampleCubic } from "./resample-cubic.ts";
import type { Size } from "./resize-rule.ts";

/** Mean of the ImageNet training pictures, RGB in [0, 1]. */
export const IMAGENET_MEAN: readonly [number, number, number] = [0.485, 0.456, 0.406];
/** Standard deviation of the ImageNet training pictures, RGB in [0, 1]. */
export const IMAGENET_STD: readonly [number, number, number] = [0.229, 0.224, 0.225];

/** Options of `preprocess`: the network's input size (see `inputSize`) and the normalisation. */
export interface PreprocessOptions extends Size {
  /** Default `IMAGENET_MEAN`. */
  readonly mean?: readonly [number, number, number];
  /** Default `IMAGENET_STD`. */
  readonly std?: readonly [number, number, number];
}

/**
 * The network's input: the picture in [0, 1], resampled as OpenCV does, minus the mean, over the deviation.
 * Source: `Resize`, `NormalizeImage`, `PrepareForNet` of depth_anything/util/transform.py.
 * @returns [3, height, width], RGB.
 */
export function preprocess(image: Image, options: PreprocessOptions): Float32Array {
  const { width, height, mean = IMAGENET_MEAN, std = IMAGENET_STD } = options;
  const perChannel = (value: (mean: number, std: number) => number): [number, number, number] => [
    value(mean[0], std[0]),
    value(mean[1], std[1]),
    value(mean[2], std[2]),
  ];
  return resampleCubic(image, {
    width,
    height,
    scale: perChannel((_, deviation) => 1 / (image.maxValue * deviation)),
    offset: perChannel((centre, deviation) => -centre / deviation),
  });
}
