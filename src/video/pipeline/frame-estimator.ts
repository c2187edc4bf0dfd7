import type { DepthModel } from "../../depth/depth-model.ts";
import { modelInputSize } from "../../depth/model-input-size.ts";
import { type ModelInfo, modelInfo } from "../../depth/network.ts";
import type { Image } from "../../image/image.ts";
import type { Size } from "../../image/resize-rule.ts";
import { networkInput } from "./network-input.ts";

/** A frame's depth as the network gives it: `size.width * size.height` values. */
export interface FrameDepth extends Size {
  readonly data: Float32Array;
}

/** Something that estimates the depth of frames. */
export interface FrameEstimator {
  readonly info: ModelInfo;
  /** Tells apart models whose numbers differ: an interrupted clip is not gone on with by another one. */
  readonly fingerprint: string;
  /** How many frames it works on at a time; more wait. */
  readonly concurrency: number;
  /** @param image of the size that the network works at, `networkSize` */
  estimate(image: Image): Promise<FrameDepth>;
  close(): Promise<void>;
}

/** The size at which a model works on frames of a size: the original rule, as for photos. @throws DepthError as `modelInputSize` */
export function networkSize(info: ModelInfo, frame: Size, target?: number | Size): Size {
  return modelInputSize({ ...info, inputSize: info.videoInputSize ?? info.inputSize }, frame, {
    ...(target !== undefined && { inputSize: target }),
  });
}

/** A model on this thread, which it holds while it works. The model stays open. */
export function modelEstimator(model: DepthModel, fingerprint: string = model.id): FrameEstimator {
  const prepare = networkInput(model);
  const forward = async (image: Image): Promise<FrameDepth> => {
    const { width, height } = image;
    const { data } = await model.forward(prepare(image, image), [1, 3, height, width]);
    return { width, height, data };
  };
  // One frame after the other: they share the memory of the network's input.
  let last: Promise<unknown> = Promise.resolve();
  return {
    info: modelInfo(model),
    fingerprint,
    concurrency: 1,
    estimate: (image) => {
      const depth = last.then(() => forward(image));
      last = depth.catch(() => undefined);
      return depth;
    },
    close: async () => undefined,
  };
}
