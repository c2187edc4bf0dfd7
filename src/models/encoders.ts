/** The DINOv2 sizes Depth Anything was published with. */
export type EncoderName = "vits" | "vitb" | "vitl";

/** Hidden width of every published encoder's MLP over its token width. */
export const MLP_RATIO = 4;

/** One published size: the encoder, the decoder that belongs to it, and what both weigh. */
export interface EncoderSize {
  readonly embedDim: number;
  readonly depth: number;
  readonly numHeads: number;
  readonly features: number;
  readonly outChannels: readonly number[];
  /** Parameters of encoder and decoder together. */
  readonly parameters: number;
  /** Tapped blocks, counted from 0: V1 takes the last four, V2 spreads them. */
  readonly layers: { readonly v1: readonly number[]; readonly v2: readonly number[] };
}

/** Sizes as in the official `model_configs` of Depth Anything V2 (`run.py`) and DINOv2's `vit_*` functions. */
export const ENCODERS = {
  vits: {
    embedDim: 384,
    depth: 12,
    numHeads: 6,
    features: 64,
    outChannels: [48, 96, 192, 384],
    parameters: 24_785_089,
    layers: { v1: [8, 9, 10, 11], v2: [2, 5, 8, 11] },
  },
  vitb: {
    embedDim: 768,
    depth: 12,
    numHeads: 12,
    features: 128,
    outChannels: [96, 192, 384, 768],
    parameters: 97_470_785,
    layers: { v1: [8, 9, 10, 11], v2: [2, 5, 8, 11] },
  },
  vitl: {
    embedDim: 1024,
    depth: 24,
    numHeads: 16,
    features: 256,
    outChannels: [256, 512, 1024, 1024],
    parameters: 335_315_649,
    layers: { v1: [20, 21, 22, 23], v2: [4, 11, 17, 23] },
  },
} as const satisfies Readonly<Record<EncoderName, EncoderSize>>;
