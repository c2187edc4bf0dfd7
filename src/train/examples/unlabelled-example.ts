import type { Size } from "../../image/resize-rule.ts";
import { DepthError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";
import { checkSameSize } from "./augment.ts";
import { type ColourRanges, jitterColour, STRONG_COLOURS } from "./colour-jitter.ts";
import { cropResizeImage } from "./crop-resize.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import type { PictureSample } from "./picture-source.node.ts";
import { normalisePixels, randomCrop, randomCropWithTruth, type ViewOptions, type ViewTarget } from "./view.ts";

/** The student's perturbation (paper, section 3.2: strong colour distortions and Gaussian blur, strengths not stated). */
export interface StrongOptions {
  /** Default `STRONG_COLOURS`. */
  readonly colours?: ColourRanges;
  /** Multiplies the colour ranges; 0 leaves colours alone. Default 1. */
  readonly colour?: number;
  /** Share of blurred pictures. Default 0.5 (UniMatch, as the colours). */
  readonly blur?: number;
  /** Deviation of the blur in pixels of the example, drawn uniformly. Default [0.1, 2] (UniMatch). */
  readonly blurSigmaPx?: readonly [low: number, high: number];
}

/** One view of a picture, twice. `target` and `mask` are there when the set's own maps were asked for. */
export interface UnlabelledExample extends Partial<ViewTarget> {
  /** [3, height, width], RGB normalised by the ImageNet mean and deviation: what the teacher sees. */
  readonly clean: Float32Array;
  /** The same view perturbed: what the student sees. */
  readonly strong: Float32Array;
}

/**
 * Draws a view of a picture, clean and perturbed. The same `random` gives the same numbers.
 * @throws DepthError `bad-file` when targets are wanted and the picture has none or one of another size
 */
export function unlabelledExample(
  sample: PictureSample,
  random: Random,
  options: { readonly view: ViewOptions; readonly strong: StrongOptions; readonly withTargets: boolean },
): UnlabelledExample {
  const { image, truth, source } = sample;
  const { view, withTargets } = options;
  let drawn: ReturnType<typeof randomCropWithTruth> | { crop: ReturnType<typeof randomCrop> };
  if (withTargets) {
    if (!truth) throw new DepthError("bad-file", `${source} has no map; expected a pseudo-label beside it.`);
    checkSameSize({ image, truth, source });
    drawn = randomCropWithTruth(image, truth, random, view);
  } else drawn = { crop: randomCrop(image, random, view) };
  const { crop, ...target } = drawn;
  const pixels = cropResizeImage(image, crop);
  const strong = perturbed(pixels, view, random, options.strong);
  return { clean: normalisePixels(pixels), strong: normalisePixels(strong), ...target };
}

/**
 * Strong perturbation of a picture: colours, then blur.
 * @param pixels [3, height, width], planar RGB in 0..1; stays as it is
 */
export function perturbed(
  pixels: Float32Array,
  { width, height }: Size,
  random: Random,
  options: StrongOptions = {},
): Float32Array {
  const { colours = STRONG_COLOURS, colour = 1, blur = 0.5, blurSigmaPx = [0.1, 2] } = options;
  const out = pixels.slice();
  jitterColour(out, random, colours, colour);
  const sigma = random.uniform(...blurSigmaPx);
  return random.chance(blur) && sigma > 0 ? gaussianBlur(out, width, height, sigma) : out;
}
