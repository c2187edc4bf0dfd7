import type { DepthTruth } from "../../data/sample.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import type { Size } from "../../image/resize-rule.ts";
import { DepthError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";
import { type CropResize, cropResizeNearest } from "./crop-resize.ts";

/**
 * Which part of a picture becomes an example. The defaults are the paper's (section 4): the short side is resized to the
 * training size with the aspect kept, then a random crop, mirrored or not.
 */
export interface ViewOptions {
  /** Size of the example in pixels. */
  readonly width: number;
  readonly height: number;
  /** Height of the crop as a share of the largest that fits, drawn uniformly. Default [1, 1]. */
  readonly scale?: readonly [number, number];
  /** The crop's aspect ratio differs from the example's by up to this factor either way. Default 1. */
  readonly aspect?: number;
  /** Mirror half of the examples. Default true. */
  readonly flip?: boolean;
  /** Another crop is drawn (four times at most) where less than this share of it is known. Default 0.2. */
  readonly minKnown?: number;
  /** Take depth in metres as the target, up to this one, for a metric network. Default: normalised disparity. */
  readonly maxMetres?: number;
}

/** What is known of a view. */
export interface ViewTarget {
  /** [height, width], disparity brought to 0..1 over the known pixels (paper, section 3.1), or metres; 0 where unknown. */
  readonly target: Float32Array;
  /** [height, width], 1 where it is known; all 0 where there is nothing to learn. */
  readonly mask: Float32Array;
}

/** @throws DepthError `bad-argument` for a view that cannot be drawn */
export function checkView({ width, height, scale = [1, 1], aspect = 1 }: ViewOptions): void {
  const wrong = (what: string): never => {
    throw new DepthError("bad-argument", `Cannot draw views: ${what}.`);
  };
  for (const [name, value] of Object.entries({ width, height }))
    if (!(Number.isInteger(value) && value > 0)) wrong(`${name} must be a positive integer, got ${value}`);
  const [low, high] = scale;
  if (!(low > 0 && low <= high && high <= 1)) wrong(`scale must be 0 < low <= high <= 1, got ${low} to ${high}`);
  if (!(aspect >= 1)) wrong(`aspect must be 1 or more, got ${aspect}`);
}

/** Draws a view of a picture of some size. The same `random` gives the same view. */
export function randomCrop(image: Size, random: Random, options: ViewOptions): CropResize {
  const { width, height, scale = [1, 1], aspect = 1, flip = true } = options;
  const ratio = (width / height) * aspect ** random.uniform(-1, 1);
  const cropHeight = Math.min(image.height, image.width / ratio) * random.uniform(scale[0], scale[1]);
  const cropWidth = cropHeight * ratio;
  return {
    cropWidth,
    cropHeight,
    left: randomOffset(image.width - cropWidth, cropWidth / width, random),
    top: randomOffset(image.height - cropHeight, cropHeight / height, random),
    width,
    height,
    flip: flip && random.chance(0.5),
  };
}

/** A place in 0..room by whole pixels of the example: a picture that has its size already is not resampled. */
function randomOffset(room: number, step: number, random: Random): number {
  return step * random.int(Math.floor(room / step + 1e-6) + 1);
}

/** As `randomCrop`, drawn anew where too little of the truth is known. */
export function randomCropWithTruth(
  image: Size,
  truth: DepthTruth,
  random: Random,
  options: ViewOptions,
): { crop: CropResize } & ViewTarget {
  const { minKnown = 0.2, maxMetres } = options;
  for (let attempt = 1; ; attempt++) {
    const crop = randomCrop(image, random, options);
    const piece = cropResizeNearest(truth.data, image.width, image.height, crop);
    const known = maxMetres === undefined ? usableDisparity(truth, piece) : usableMetres(truth, piece, maxMetres);
    if (attempt < 4 && knownShare(known) < minKnown) continue;
    return { crop, ...(maxMetres === undefined ? normalisedTarget(known) : plainTarget(known)) };
  }
}

/** Depth of a piece of a truth map in metres: `NaN` where it is unknown, sky, or beyond what a network can say. */
function usableMetres({ kind }: DepthTruth, piece: Float32Array, maxMetres: number): Float32Array {
  if (kind === "depth-metres") return piece.map((metres) => (metres > 0 && metres <= maxMetres ? metres : Number.NaN));
  throw new DepthError("bad-argument", "A metric network learns from depth in metres; this dataset holds disparity.");
}

function plainTarget(metres: Float32Array): ViewTarget {
  return {
    target: metres.map((value) => (Number.isNaN(value) ? 0 : value)),
    mask: metres.map((value) => (Number.isNaN(value) ? 0 : 1)),
  };
}

/**
 * Inverse depth of a piece of a truth map: 0 for sky, `NaN` where it is unknown or cannot be (depth of zero and below,
 * disparity below zero, what is no number).
 */
export function usableDisparity({ kind }: DepthTruth, piece: Float32Array): Float32Array {
  return kind === "disparity"
    ? piece.map((value) => (value >= 0 && value < Number.POSITIVE_INFINITY ? value : Number.NaN))
    : piece.map((metres) => (metres > 0 ? finiteInverse(metres) : Number.NaN));
}

function finiteInverse(metres: number): number {
  const inverse = Math.fround(1 / metres);
  return inverse < Number.POSITIVE_INFINITY ? inverse : Number.NaN;
}

function knownShare(values: Float32Array): number {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known++;
  return known / values.length;
}

/**
 * Disparity divided by the largest that is known, so that it lies in 0..1 and stays proportional to 1 / depth: the
 * affine-invariant losses do not tell this from moving the farthest to 0, `alignedLogDepth` needs it.
 */
export function normalisedTarget(disparity: Float32Array): ViewTarget {
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
    target[i] = value / max;
    mask[i] = 1;
  }
  return { target, mask };
}

/** Takes planar RGB in 0..1 to the network's input by the ImageNet mean and deviation, in place. */
export function normalisePixels(pixels: Float32Array): Float32Array {
  const plane = pixels.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [IMAGENET_MEAN[channel] as number, IMAGENET_STD[channel] as number];
    for (let i = channel * plane; i < (channel + 1) * plane; i++) pixels[i] = ((pixels[i] as number) - mean) / std;
  }
  return pixels;
}
