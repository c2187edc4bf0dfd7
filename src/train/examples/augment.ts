import type { DepthSample } from "../../data/sample.ts";
import { DepthError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";
import { jitterColour, MILD_COLOURS } from "./colour-jitter.ts";
import { cropResizeImage, cropResizeNearest } from "./crop-resize.ts";
import { paintBorder } from "./plain-border.ts";
import {
  normalisedTarget,
  normalisePixels,
  randomCropWithTruth,
  usableDisparity,
  type ViewOptions,
  type ViewTarget,
} from "./view.ts";

/** How a labelled sample becomes an example. */
export interface AugmentOptions extends ViewOptions {
  /** Strength of `MILD_COLOURS`; 0 leaves the colours alone, as the paper does (section 4: flips only). Default 0. */
  readonly colour?: number;
  /** Share of the examples that get a plain border (`paintBorder`). Default 0. */
  readonly border?: number;
}

/** What a network learns from: a picture and its disparity. */
export interface Example extends ViewTarget {
  /** [3, height, width], RGB normalised by the ImageNet mean and deviation. */
  readonly pixels: Float32Array;
}

/**
 * Draws a random view of a sample: crop, mirror, colour, border. The same `random` gives the same numbers.
 * @throws DepthError `bad-file` when picture and truth differ in size
 */
export function augment(sample: DepthSample, random: Random, options: AugmentOptions): Example {
  const { image, truth } = sample;
  checkSameSize(sample);
  const { crop, target, mask } = randomCropWithTruth(image, truth, random, options);
  const pixels = cropResizeImage(image, crop);
  jitterColour(pixels, random, MILD_COLOURS, options.colour ?? 0);
  if (random.chance(options.border ?? 0)) paintBorder(pixels, mask, options, random);
  return { pixels: normalisePixels(pixels), target, mask };
}

/**
 * The whole of a sample at a size, with nothing random: the largest centred crop of the size's aspect ratio.
 * @throws DepthError `bad-file` when picture and truth differ in size
 */
export function plainExample(sample: DepthSample, width: number, height: number): Example {
  const { image, truth } = sample;
  checkSameSize(sample);
  const cropWidth = Math.min(image.width, (image.height * width) / height);
  const cropHeight = (cropWidth * height) / width;
  const [left, top] = [(image.width - cropWidth) / 2, (image.height - cropHeight) / 2];
  const crop = { left, top, cropWidth, cropHeight, width, height, flip: false };
  const piece = cropResizeNearest(truth.data, image.width, image.height, crop);
  return {
    pixels: normalisePixels(cropResizeImage(image, crop)),
    ...normalisedTarget(usableDisparity(truth, piece)),
  };
}

/** @throws DepthError `bad-file` when a picture and its truth differ in size */
export function checkSameSize({ image, truth, source }: Pick<DepthSample, "image" | "truth" | "source">): void {
  const { width, height } = image;
  if (truth.data.length === width * height) return;
  throw new DepthError(
    "bad-file",
    `${source} is ${width}x${height}, ${width * height} pixels, and its truth has ${truth.data.length}; expected one value a pixel.`,
  );
}
