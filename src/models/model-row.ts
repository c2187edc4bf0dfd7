import type { EncoderName } from "./encoders.ts";

/** A file on the Hugging Face Hub. */
export interface HubSource {
  /** `owner/name`. */
  readonly repo: string;
  readonly repoType: "model" | "space";
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Path inside the repository, with `/`. */
  readonly path: string;
  /** The content's SHA-256 in hexadecimal, where it is known beforehand. */
  readonly sha256?: string;
  /** Size, roughly; for telling people what is coming. */
  readonly approximateBytes?: number;
}

/** What may be done with a model's weights. */
export interface ModelLicence {
  /** SPDX identifier. */
  readonly licence: string;
  readonly commercialUse: boolean;
  /** Where that is written, and what is uncertain about it. */
  readonly licenceNote: string;
}

interface CommonRow extends ModelLicence {
  readonly id: string;
  readonly title: string;
  /** `disparity`: affine-invariant, near is large. `metric`: metres. */
  readonly kind: "disparity" | "metric";
  readonly parameters: number;
  /** Side in pixels the short side of a photo is brought to by default. */
  readonly inputSize: number;
  /** By default no side of the network's input is longer: elongated photos get a shorter short side. Default: no limit. */
  readonly maxInputSide?: number;
  /** As `inputSize` for frames of a clip, where it is another. */
  readonly videoInputSize?: number;
  /** Both sides of the network's input are multiples of this. */
  readonly multiple: number;
  /** How its original code brings the estimate to the photo's size: which points of the two grids coincide. */
  readonly upsample: "align_corners" | "half_pixel";
  /** Per-channel mean and deviation of the RGB input in [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Where the weights are, best first; empty when they come with the package. */
  readonly sources: readonly HubSource[];
}

/** An official Depth Anything checkpoint. */
export interface DepthAnythingRow extends CommonRow {
  readonly family: "depth-anything-v1" | "depth-anything-v2";
  readonly encoder: EncoderName;
  /** The four tapped blocks, counted from 0: a checkpoint does not say which it was trained with. */
  readonly layers: readonly number[];
  /** Range of a metric model in metres; present exactly when `kind` is `metric`. */
  readonly maxDepthMetres?: number;
}

/** The model inside the package. */
export interface NanoRow extends CommonRow {
  readonly family: "nano";
  readonly encoder: "nano";
}

/** Everything about a model that is not its graph. */
export type ModelRow = DepthAnythingRow | NanoRow;
