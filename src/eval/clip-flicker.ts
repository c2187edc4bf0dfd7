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

/** The picture that flicker needs of a frame: small, for frames wait for each other. */
export function flickerPicture(image: Image): Image {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(image.width, image.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return boxShrink(image, { width: side(image.width), height: side(image.height) });
}

/** Flicker of one clip under evaluation. */
export interface ClipFlicker {
  /** @param prediction as it comes, at the truth's size, before any alignment: flicker does not depend on scale and shift */
  push(picture: Image, prediction: Float32Array, truth: DepthTruth, size: Size): void;
  /** `flicker` and `truthFlicker` of every frame, in order, where there are any; see their meters. Percent. */
  finish(): readonly Readonly<Record<string, number>>[];
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
      flicker.push({ width, height, data: estimate }, motion);
      truthFlicker.push({ width, height, estimate, truth: disparityOf(truth) }, motion);
    },
    finish: () => {
      const against = truthFlicker.result().framesPercent;
      return flicker.result().framesPercent.map((percent, i) => ({
        ...(Number.isFinite(percent) && { flicker: percent }),
        ...(Number.isFinite(against[i]) && { truthFlicker: against[i] as number }),
      }));
    },
  };
}
