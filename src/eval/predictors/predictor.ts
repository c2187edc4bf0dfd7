import type { ModelInfo } from "../../depth/network.ts";
import type { Image } from "../../image/image.ts";
import type { Protocol } from "../protocol.ts";
import type { EvalWork } from "../work/eval-work.ts";

/** The picture to predict. */
export interface PredictorInput {
  /** See `Dataset.idOf`. */
  readonly id: string;
  /** Cropped already as the protocol's `imageCrop` says. */
  readonly image: Image;
}

/** A predicted map, at any size. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  /** `width * height` values of the predictor's kind. */
  readonly data: Float32Array;
  /** Whether corner samples coincide with the picture's when the map is enlarged; a protocol may overrule it. */
  readonly upsample: "align_corners" | "half_pixel";
}

/** Something that can be evaluated: a network, files another program wrote, a baseline. */
export interface Predictor {
  /** `nano`, `ramp`, or what a folder is called. */
  readonly name: string;
  readonly kind: "disparity" | "metric";
  /** One line for people. */
  readonly summary: string;
  /** Changes whenever the predictions may: a resumed run compares it. */
  readonly fingerprint: string;
  readonly parameters?: number;
  /** What `model` stands for in a protocol, where a network is behind it. */
  readonly defaults?: Pick<ModelInfo, "inputSize" | "maxInputSide" | "upsample">;
  /**
   * Does what can be done while another picture is in the network, and gives a function for the rest.
   * @throws DepthError naming what cannot be predicted
   */
  prepare(input: PredictorInput, protocol: Protocol, work: EvalWork): Promise<() => Promise<Prediction>>;
}
