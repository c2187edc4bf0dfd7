import type { Affine } from "../../geometry/least-squares.ts";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { DepthPlane } from "./depth-plane.ts";
import type { FlowField } from "./optical-flow.ts";
import type { MotionSamples } from "./sample-along-motion.ts";

/** Share of the map before at full strength, where both agree. */
const LARGEST_SHARE = 0.96;

/** How a frame is smoothed. */
export interface CorrectionOptions {
  /** 0 corrects nothing, 1 most. */
  readonly strength: number;
  /** Difference of the maps at which the share of the map before has fallen to a quarter. */
  readonly tolerance: number;
  /** The frame's own scale and shift. */
  readonly alignment: Affine;
  /** What the values of the map before have become by now. */
  readonly change: Affine;
}

/**
 * A frame's map, scaled and shifted.
 * @param correction added to it, at its own size; bilinear
 */
export function correctedMap(
  { width, height, data }: DepthPlane,
  { scale, shift }: Affine,
  correction: DepthPlane | undefined,
): DepthPlane {
  const out =
    correction === undefined
      ? new Float32Array(data.length)
      : resampleBilinear(correction.data, correction, { width, height, alignCorners: false });
  for (let i = 0; i < out.length; i++) out[i] = scale * (data[i] as number) + shift + (out[i] as number);
  return { width, height, data: out };
}

/**
 * What takes a frame's map towards the map before: a share of their difference, the larger the better the pictures agree
 * along the motion and the closer the two values are. Where something moved away or appeared they are far apart, and nothing
 * is corrected. It is made at the size of the motion and smoothed: flicker of a network is smooth, so the correction takes
 * it away and leaves edges where the frame has them; they can neither smear nor trail.
 */
export function temporalCorrection(
  { own, moved }: MotionSamples,
  { width, height, confidence }: FlowField,
  { strength, tolerance, alignment, change }: CorrectionOptions,
): DepthPlane {
  const share = LARGEST_SHARE * strength;
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    const off =
      change.scale * (moved[i] as number) + change.shift - alignment.scale * (own[i] as number) - alignment.shift;
    const relative = off / tolerance;
    const agreement = 1 + relative * relative;
    const correction = (share * (confidence[i] as number) * off) / (agreement * agreement);
    // Infinite and missing values correct nothing, nor does a tolerance of 0.
    out[i] = Math.abs(correction) < Number.MAX_VALUE ? correction : 0;
  }
  return { width, height, data: smoothed(out, width, height) };
}

/** Means over 3x3 pixels; the border counts again outside. */
function smoothed(data: Float32Array, width: number, height: number): Float32Array {
  const across = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      across[i] =
        ((data[x > 0 ? i - 1 : i] as number) + (data[i] as number) + (data[x + 1 < width ? i + 1 : i] as number)) / 3;
  const out = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      out[i] =
        ((across[y > 0 ? i - width : i] as number) +
          (across[i] as number) +
          (across[y + 1 < height ? i + width : i] as number)) /
        3;
  return out;
}
