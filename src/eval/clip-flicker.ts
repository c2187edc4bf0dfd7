import { type DepthTruth, disparityOf } from "../data/sample.ts";
import { boxShrink } from "../image/box-shrink.ts";
import type { Image } from "../image/image.ts";
import type { Size } from "../image/resize-rule.ts";
import { createClipMotionSearch } from "../video/flicker/clip-motion-search.ts";
import { createFlickerMeter } from "../video/flicker/flicker-meter.ts";
import { createTruthFlickerMeter } from "../video/flicker/truth-flicker-meter.ts";
import type { PredictionKind } from "./score-image.ts";

/** Longer side of the pictures that motion is searched in. */
const PICTURE_SIDE = 256;

/** The picture that flicker needs of a frame: small, for frames are read ahead. */
export function flickerPicture(image: Image): Image {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(image.width, image.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return boxShrink(image, { width: side(image.width), height: side(image.height) });
}

/** Flicker of a clip's frames under evaluation. */
export interface ClipFlicker {
  /**
   * @param prediction as it comes, at the truth's size, before any alignment: flicker does not depend on scale and shift
   * @returns `flicker` and `truthFlicker` against the frame before, where there is one; see their meters. Percent
   */
  push(picture: Image, prediction: Float32Array, truth: DepthTruth, size: Size): Readonly<Record<string, number>>;
}

/** Begins a clip. Predictions in metres are measured as inverse depth, so that all kinds compare. */
export function createClipFlicker(kind: PredictionKind): ClipFlicker {
  const search = createClipMotionSearch();
  const flicker = createFlickerMeter();
  const truthFlicker = createTruthFlickerMeter();
  return {
    push: (picture, prediction, truth, { width, height }) => {
      const motion = search.push(picture);
      const estimate = kind === "metric" ? prediction.map((metres) => 1 / metres) : prediction;
      const percent = flicker.push({ width, height, data: estimate }, motion);
      const against = truthFlicker.push({ width, height, estimate, truth: disparityOf(truth) }, motion);
      return {
        ...(Number.isFinite(percent) && { flicker: percent }),
        ...(Number.isFinite(against) && { truthFlicker: against }),
      };
    },
  };
}
