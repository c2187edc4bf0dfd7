import type { DepthKind } from "../../depth/depth-map.ts";
import type { Disparity } from "../../effects/normalised-disparity.ts";
import { layOut, type StereoLayout } from "../../effects/stereo-layout.ts";
import { type StereoOptions, stereoPair } from "../../effects/stereo-pair.ts";
import type { Image } from "../../image/image.ts";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { DrawnDepth } from "./render-depth.ts";

/** How the two views of a frame are made and laid out. */
export interface StereoFrameOptions extends StereoOptions {
  /** Default `full-sbs`. */
  readonly layout?: StereoLayout;
}

/**
 * A frame for two eyes. What is in front of the screen follows the range of the shot, not of the frame, so that nothing
 * jumps when something enters the picture.
 */
export function stereoFrame(
  image: Image,
  depth: DrawnDepth,
  kind: DepthKind,
  alignCorners: boolean,
  { layout = "full-sbs", ...options }: StereoFrameOptions,
): Image {
  const { width, height } = image;
  const values = resampleBilinear(depth.data, depth, { width, height, alignCorners });
  const disparity = rangeDisparity(values, depth.range, kind);
  const guardPx = Math.max(1, Math.ceil((0.5 * width) / depth.width));
  return layOut(stereoPair(image, { width, height, data: disparity.data }, { guardPx, ...options }), layout);
}

/** 0 at the far end of the range, 1 at the near one, linear in inverse depth; NaN is far. Works in place. */
export function rangeDisparity(
  values: Float32Array,
  { low, high }: DrawnDepth["range"],
  kind: DepthKind,
): Pick<Disparity, "data"> {
  const inverse = kind === "disparity" ? (value: number) => value : (value: number) => 1 / Math.max(value, 1e-3);
  const [far, near] = kind === "disparity" ? [low, high] : [inverse(high), inverse(low)];
  const scale = near > far ? 1 / (near - far) : 0;
  for (let i = 0; i < values.length; i++) {
    const level = (inverse(values[i] as number) - far) * scale;
    values[i] = level > 0 ? Math.min(1, level) : 0;
  }
  return { data: values };
}
