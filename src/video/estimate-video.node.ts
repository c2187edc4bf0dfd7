import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { LoadModelOptions, ModelSpec } from "../depth/load-model.node.ts";
import { DepthError } from "../util/errors.ts";
import { withOutputLock } from "../util/output-lock.node.ts";
import { openVideo } from "./media/open-video.node.ts";
import type { ClipFlicker } from "./pipeline/clip-flicker.ts";
import type { ClipOptions } from "./pipeline/clip-options.ts";
import type { ShotNote } from "./pipeline/clip-state.ts";
import type { FrameEstimator } from "./pipeline/frame-estimator.ts";
import type { SoundOutcome } from "./pipeline/join-segments.node.ts";
import { openEstimator } from "./pipeline/open-estimator.node.ts";
import { processClip } from "./pipeline/process-clip.node.ts";
import type { StageTimes } from "./pipeline/stage-times.ts";
import type { VideoInfo } from "./video-types.ts";

/** Options of `estimateVideo`. */
export interface EstimateVideoOptions extends ClipOptions {
  /** A name of the registry, a model of one's own, or an open estimator, which stays open. Default `nano`. */
  readonly model?: string | ModelSpec | FrameEstimator;
  /** How a model given by name is loaded. */
  readonly load?: Omit<LoadModelOptions, "signal" | "onProgress">;
}

/** What `estimateVideo` made. */
export interface VideoResult {
  readonly input: string;
  readonly output: string;
  readonly clip: VideoInfo;
  readonly modelId: string;
  readonly kind: "disparity" | "metric";
  /** Size of the picture the network saw, and of the depth that was written. */
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** What became of the clip's sound; `none` where there was none, or none was wanted. */
  readonly sound: SoundOutcome;
  /** Of `frames`, those that an interrupted run had left. */
  readonly resumedFrames: number;
  readonly shots: readonly ShotNote[];
  readonly timeMs: number;
  /** Of the frames of this run. */
  readonly framesPerSecond: number;
  readonly stageMs: StageTimes;
  /** With `measureFlicker`: of the frames of this run. */
  readonly flicker?: ClipFlicker;
}

/**
 * Depth of a clip, frame by frame, as a video or as numbers; the ending of `output` or `format` says which. Memory does not
 * grow with the clip's length. The output has its name only when it is complete; a run that was interrupted goes on where
 * it was when it is called again with the same arguments.
 * @throws DepthError `bad-argument`; `not-found`, `bad-file`, `unsupported` (the clip); `io` (the output); `aborted`; as
 *   `loadModel`
 */
export async function estimateVideo(
  input: string,
  output: string,
  options: EstimateVideoOptions = {},
): Promise<VideoResult> {
  const { model, load, ...clipOptions } = options;
  const start = performance.now();
  if (await isSameFile(input, output))
    throw new DepthError("bad-argument", `The output ${output} is the clip itself. Give another name.`);
  const reader = await openVideo(input);
  try {
    const { signal, onProgress } = clipOptions;
    const isOpen = typeof model === "object" && "estimate" in model;
    const estimator = isOpen
      ? model
      : await openEstimator(model, { ...load, ...(signal && { signal }), ...(onProgress && { onProgress }) });
    try {
      const { plan, state, sound, times, resumedFrames, flicker } = await withOutputLock(
        output,
        `${output}.parts.lock`,
        () => processClip(reader, output, estimator, clipOptions),
      );
      const timeMs = performance.now() - start;
      return {
        ...{ input, output, clip: reader.info, modelId: plan.model.id, kind: plan.model.kind },
        ...{ inputWidth: plan.network.width, inputHeight: plan.network.height, ...plan.shown },
        ...{
          frames: state.frames,
          sound,
          resumedFrames,
          shots: state.shots,
          timeMs,
          stageMs: times,
          ...(flicker && { flicker }),
        },
        framesPerSecond: ((state.frames - resumedFrames) / timeMs) * 1000,
      };
    } finally {
      if (!isOpen) await estimator.close();
    }
  } finally {
    await reader.close();
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  if (resolve(a) === resolve(b)) return true;
  const [one, other] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}
