import type { ResizeRule, Size } from "../image/resize-rule.ts";
import type { Crop } from "./crops.ts";
import type { AlignmentMethod } from "./fit-affine.ts";

/** How a prediction is brought to the truth's scale. */
export interface Alignment {
  readonly method: AlignmentMethod;
  /** The space in which scale and shift are fitted and applied. */
  readonly space: "disparity" | "depth";
  /** One fit for every picture, or one for all frames of a clip. */
  readonly per: "image" | "sequence";
}

/** Everything that decides a score, given a model and a dataset. Nothing is left to a default of the code. */
export interface Protocol {
  /** Name of the preset, with `+` when something of it was changed. */
  readonly name: string;
  /** Where it comes from. */
  readonly source: string;
  /**
   * Size the network sees: a rule of `inputSize` or `stretch` (each side to the multiple nearest to the target), the
   * side or sides it aims at (`model`: the model's own), and how the picture is resampled: OpenCV's cubic, or bilinear
   * with the corner pixels of both grids on each other.
   */
  readonly resize: {
    readonly rule: ResizeRule | "stretch";
    readonly target: number | Size | "model";
    /** No side is longer. Absent: no limit, or the model's own where `target` is. */
    readonly maxSide?: number;
    readonly resample: "cubic" | "bilinear";
  };
  /** Which points of estimate and picture coincide when the estimate is brought to the truth's size. */
  readonly upsample: "align_corners" | "half_pixel" | "model";
  /** Mean of the estimates of the picture and its mirror image. */
  readonly flip: boolean;
  /** Pixels of picture and truth the model sees at all. */
  readonly imageCrop: Crop;
  readonly alignment: Alignment;
  /** The space errors are measured in. */
  readonly scoreIn: "depth" | "disparity";
  /** Truth outside these depths does not count; `null`: no bound (always so where the truth has no metres). */
  readonly truthMetres: { readonly min: number | null; readonly max: number | null; readonly inclusive: boolean };
  /** Predictions are moved into these depths before they are scored; `null`: not bounded on that side. */
  readonly clampMetres: { readonly min: number | null; readonly max: number | null };
  /**
   * Aligned disparity below this is raised to it before it is inverted or scored; `truth`: the smallest true disparity
   * that counts in the picture.
   */
  readonly minDisparity: number | "truth";
  /** Pixels that count. */
  readonly scoreCrop: Crop;
  /** Pictures with fewer valid pixels are left out. */
  readonly minValidPixels: number;
  /** Only the first frames of every clip; `null`: all. */
  readonly maxFrames: number | null;
}
