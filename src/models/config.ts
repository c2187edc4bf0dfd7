import { ENCODERS, type EncoderName, MLP_RATIO } from "./encoders.ts";

/**
 * Which network the weights belong to. `v1` and `v2` are the same graph with other tapped blocks and give
 * disparity; `v2metric` ends in a sigmoid times `maxDepthMetres`.
 */
export type DepthAnythingKind = "v1" | "v2" | "v2metric";

/** Every number that shapes a Depth Anything network (DINOv2 encoder, DPT decoder). */
export interface DepthAnythingConfig {
  /** Channels of a token. */
  readonly embedDim: number;
  /** Number of transformer blocks. */
  readonly depth: number;
  readonly numHeads: number;
  /** Width of the MLP's hidden layer over `embedDim`. */
  readonly mlpRatio: number;
  readonly patchSize: number;
  /** Side in pixels of the square picture the position table was made for. */
  readonly imageSize: number;
  /** Channels of the decoder. */
  readonly features: number;
  /** Channels of the four tapped features before the decoder. */
  readonly outChannels: readonly number[];
  /** Channels before the last convolution. */
  readonly headFeatures: number;
  /** The four tapped blocks, counted from 0. */
  readonly layers: readonly number[];
  readonly kind: DepthAnythingKind;
  /** What the sigmoid is multiplied by; present exactly when `kind` is `v2metric`. */
  readonly maxDepthMetres?: number;
  readonly layerNormEps: number;
  /** Added to the patch count when the position table is scaled (DINOv2's `interpolate_offset`). */
  readonly interpolateOffset: number;
}

/** The configuration of an official checkpoint, from its row's encoder, taps and range. */
export function officialConfig(row: {
  readonly encoder: EncoderName;
  readonly layers: readonly number[];
  readonly family: "depth-anything-v1" | "depth-anything-v2";
  readonly maxDepthMetres?: number;
}): DepthAnythingConfig {
  const { embedDim, depth, numHeads, features, outChannels } = ENCODERS[row.encoder];
  const { layers, maxDepthMetres } = row;
  return {
    ...{ embedDim, depth, numHeads, features, outChannels, layers },
    ...{ mlpRatio: MLP_RATIO, patchSize: 14, imageSize: 518, headFeatures: 32 },
    ...{ layerNormEps: 1e-6, interpolateOffset: 0.1 },
    ...(maxDepthMetres === undefined
      ? { kind: row.family === "depth-anything-v1" ? "v1" : "v2" }
      : { kind: "v2metric", maxDepthMetres }),
  };
}
