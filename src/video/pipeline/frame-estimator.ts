import type { DepthModel } from "../../depth/depth-model.ts";
import type { ModelInfo } from "../../depth/network.ts";
import type { Image } from "../../image/image.ts";
import { inputSize, type Size } from "../../image/resize-rule.ts";
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

/** The size at which a model works on frames of a size: the original rule, as for photos. @throws DepthError as `inputSize` */
export function networkSize(info: ModelInfo, frame: Size, target?: number | Size): Size {
  const side = target ?? info.videoInputSize ?? info.inputSize;
  return inputSize(frame.width, frame.height, { target: side, multiple: info.multiple });
}

/** A model on this thread, which it holds while it works. The model stays open. */
export function modelEstimator(model: DepthModel, fingerprint: string = model.id): FrameEstimator {
  const { id, kind, inputSize: side, videoInputSize, multiple, upsample, mean, std } = model;
  const forVideo = videoInputSize !== undefined && { videoInputSize };
  const prepare = networkInput(model);
  const forward = async (image: Image): Promise<FrameDepth> => {
    const { width, height } = image;
    const { data } = await model.forward(prepare(image, image), [1, 3, height, width]);
    return { width, height, data };
  };
  // One frame after the other: they share the memory of the network's input.
  let last: Promise<unknown> = Promise.resolve();
  return {
    info: { id, kind, inputSize: side, ...forVideo, multiple, upsample, mean, std },
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
