import type { Image } from "../../image/image.ts";
import type { Size } from "../../image/resize-rule.ts";
import type { DecodedFrame, ReadFramesOptions, VideoReader } from "../video-types.ts";
import type { FrameDepth, FrameEstimator } from "./frame-estimator.ts";
import { mapAhead } from "./map-ahead.ts";
import type { Stopwatch } from "./stage-times.ts";

/** A frame and the network's estimate of it. */
export interface EstimatedFrame {
  readonly timestampSeconds: number;
  readonly durationSeconds: number;
  /** At the network's size. */
  readonly small: Image;
  readonly depth: FrameDepth;
  /** At the size asked for, if one was. */
  readonly picture: Image | undefined;
}

/** Frames of work that wait beside those being estimated. */
const WAITING = 6;

/** Decodes, scales and estimates a clip's frames ahead of the reader, a few at a time; they come in order. */
export function estimatedFrames(
  reader: VideoReader,
  estimator: FrameEstimator,
  sizes: { readonly network: Size; readonly picture?: Size },
  read: ReadFramesOptions,
  watch: Stopwatch,
): AsyncGenerator<EstimatedFrame, void> {
  const { network, picture: size } = sizes;
  const work = async (frame: DecodedFrame): Promise<EstimatedFrame> => {
    const { timestampSeconds, durationSeconds } = frame;
    let small: Image;
    let picture: Image | undefined;
    try {
      small = await watch.waiting("scale", () => frame.toImage(network.width, network.height));
      picture = size && (await watch.waiting("scale", () => frame.toImage(size.width, size.height)));
    } finally {
      frame.close();
    }
    const depth = await watch.waiting("forward", () => estimator.estimate(small));
    return { timestampSeconds, durationSeconds, small, depth, picture };
  };
  return mapAhead(watch.pulling("decode", reader.frames(read)), estimator.concurrency + WAITING, work);
}

/** Which frames a clip's options ask for. @param fromSeconds where an interrupted run goes on */
export function readOptions(options: ReadFramesOptions, fromSeconds = options.fromSeconds): ReadFramesOptions {
  const { toSeconds, fps } = options;
  return {
    ...(fromSeconds !== undefined && { fromSeconds }),
    ...(toSeconds !== undefined && { toSeconds }),
    ...(fps !== undefined && { fps }),
  };
}
