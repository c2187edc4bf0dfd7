import type { DepthSample } from "../../data/sample.ts";
import { disparityOf } from "../../data/sample.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import type { Random } from "../../util/random.ts";
import { jitterColour } from "./colour-jitter.ts";
import { type CropResize, cropResizeImage, cropResizeNearest } from "./crop-resize.ts";

/** How a sample becomes an example. */
export interface AugmentOptions {
  /** Size of the example in pixels. */
  readonly width: number;
  readonly height: number;
  /** Height of the crop as a share of the largest that fits, drawn uniformly. Default [0.6, 1]. */
  readonly scale?: readonly [number, number];
  /** The crop's aspect ratio differs from the example's by up to this factor either way. Default 1.08. */
  readonly aspect?: number;
  /** Mirror half of the examples. Default true. */
  readonly flip?: boolean;
  /** Strength of the colour changes, 0 none to 1; see `jitterColour`. Default 1. */
  readonly colour?: number;
  /** Another crop is drawn (four times at most) where less than this share of it is known. Default 0.2. */
  readonly minKnown?: number;
}

/** What a network learns from: a picture and its disparity. */
export interface Example {
  /** [3, height, width], RGB normalised by the ImageNet mean and deviation. */
  readonly pixels: Float32Array;
  /** [height, width], disparity brought to 0..1 over the known pixels (paper, section 3.1); 0 where unknown. */
  readonly target: Float32Array;
  /** [height, width], 1 where the disparity is known; all 0 where there is nothing to learn. */
  readonly mask: Float32Array;
}

/** Draws a random view of a sample: crop, mirror, colour. The same `random` gives the same numbers. */
export function augment(sample: DepthSample, random: Random, options: AugmentOptions): Example {
  const { width, height, colour = 1, minKnown = 0.2 } = options;
  const { image } = sample;
  let crop: CropResize;
  let truth: Float32Array;
  let attempts = 0;
  do {
    crop = randomCrop(image.width, image.height, random, options);
    truth = cropResizeNearest(sample.truth.data, image.width, image.height, crop);
  } while (++attempts < 4 && knownShare(truth) < minKnown);
  const pixels = cropResizeImage(image, crop);
  jitterColour(pixels, random, colour);
  return {
    pixels: normalise(pixels, width * height),
    ...normalisedTarget(disparityOf({ ...sample.truth, data: truth })),
  };
}

/**
 * The whole of a sample at a size, with nothing random: the largest centred crop of the size's aspect ratio.
 */
export function plainExample(sample: DepthSample, width: number, height: number): Example {
  const { image, truth } = sample;
  const cropWidth = Math.min(image.width, (image.height * width) / height);
  const cropHeight = (cropWidth * height) / width;
  const [left, top] = [(image.width - cropWidth) / 2, (image.height - cropHeight) / 2];
  const crop = { left, top, cropWidth, cropHeight, width, height, flip: false };
  const data = cropResizeNearest(truth.data, image.width, image.height, crop);
  return {
    pixels: normalise(cropResizeImage(image, crop), width * height),
    ...normalisedTarget(disparityOf({ ...truth, data })),
  };
}

function randomCrop(imageWidth: number, imageHeight: number, random: Random, options: AugmentOptions): CropResize {
  const { width, height, scale = [0.6, 1], aspect = 1.08, flip = true } = options;
  const ratio = (width / height) * aspect ** random.uniform(-1, 1);
  const cropHeight = Math.min(imageHeight, imageWidth / ratio) * random.uniform(scale[0], scale[1]);
  const cropWidth = cropHeight * ratio;
  return {
    cropWidth,
    cropHeight,
    left: random.next() * (imageWidth - cropWidth),
    top: random.next() * (imageHeight - cropHeight),
    width,
    height,
    flip: flip && random.chance(0.5),
  };
}

function knownShare(truth: Float32Array): number {
  let known = 0;
  for (const value of truth) if (!Number.isNaN(value)) known++;
  return known / truth.length;
}

function normalise(pixels: Float32Array, plane: number): Float32Array {
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [IMAGENET_MEAN[channel] as number, IMAGENET_STD[channel] as number];
    for (let i = channel * plane; i < (channel + 1) * plane; i++) pixels[i] = ((pixels[i] as number) - mean) / std;
  }
  return pixels;
}

function normalisedTarget(disparity: Float32Array): { target: Float32Array; mask: Float32Array } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of disparity) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const target = new Float32Array(disparity.length);
  const mask = new Float32Array(disparity.length);
  // A constant map has no scale to learn.
  if (!(max > min)) return { target, mask };
  for (let i = 0; i < disparity.length; i++) {
    const value = disparity[i] as number;
    if (Number.isNaN(value)) continue;
    target[i] = (value - min) / (max - min);
    mask[i] = 1;
  }
  return { target, mask };
}
