import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { ModelInfo } from "../../depth/network.ts";
import type { Size } from "../../image/resize-rule.ts";
import { DepthError } from "../../util/errors.ts";
import type { VideoInfo } from "../video-types.ts";
import { type ClipOptions, VIDEO_FORMATS, type VideoFormat } from "./clip-options.ts";
import type { ClipOutput } from "./clip-output.ts";
import { networkSize } from "./frame-estimator.ts";
import { npzOutput } from "./npz-output.node.ts";
import { sequenceOutput } from "./sequence-output.node.ts";
import { videoOutput } from "./video-output.node.ts";

/** Sizes and times of a clip's output. */
export interface ClipPlan {
  readonly format: VideoFormat;
  readonly isVideo: boolean;
  /** Size at which the network works. */
  readonly network: Size;
  /** Size of the depth picture or map. */
  readonly shown: Size;
  readonly model: ModelInfo;
  /** Which points of the network's map and the picture coincide, see `resampleBilinear`. */
  readonly alignCorners: boolean;
  /** Whether only a part was asked for. */
  readonly isCut: boolean;
  readonly endSeconds: number;
  /** About as many frames as there will be. */
  readonly frames: number;
}

/** Decides sizes and the kind of output. @throws DepthError `bad-argument` for options that make no sense */
export function planClip(info: VideoInfo, model: ModelInfo, output: string, options: ClipOptions): ClipPlan {
  const { format = formatOf(output), fromSeconds = 0, toSeconds, fps, maxSize } = options;
  const isVideo = !["png16", "npy", "npz"].includes(format);
  if (toSeconds !== undefined && toSeconds <= fromSeconds)
    throw new DepthError("bad-argument", `A clip from ${fromSeconds} s to ${toSeconds} s is empty.`);
  if (info.durationSeconds > 0 && fromSeconds >= info.durationSeconds)
    throw new DepthError(
      "bad-argument",
      `${info.path} lasts ${info.durationSeconds.toFixed(2)} s; it has nothing from ${fromSeconds} s on.`,
    );
  const endSeconds = Math.min(toSeconds ?? Number.POSITIVE_INFINITY, info.durationSeconds);
  return {
    ...{ format, isVideo, endSeconds, model, alignCorners: model.upsample === "align_corners" },
    network: networkSize(model, info, options.inputSize),
    shown: shownSize(info, maxSize, isVideo),
    isCut: fromSeconds > 0 || toSeconds !== undefined,
    frames: Math.max(1, Math.round((endSeconds - fromSeconds) * (fps ?? info.averageFrameRate))),
  };
}

/** The format of an output by its name. */
export function formatOf(output: string): VideoFormat {
  const ending = extname(output).slice(1).toLowerCase();
  return VIDEO_FORMATS.find((format) => format === ending) ?? (ending === "m4v" ? "mp4" : "mp4");
}

/** The clip's size, made smaller for `maxSize`; encoders take only even sides. */
export function shownSize({ width, height }: Size, maxSize = Number.POSITIVE_INFINITY, even = true): Size {
  const factor = Math.min(1, maxSize / Math.max(width, height));
  const side = (length: number): number =>
    even ? Math.max(2, 2 * Math.round((length * factor) / 2)) : Math.max(1, Math.round(length * factor));
  return { width: side(width), height: side(height) };
}

/** How a clip is written. */
export function clipOutput(info: VideoInfo, plan: ClipPlan, options: ClipOptions): ClipOutput {
  const { format, model, network, shown, alignCorners } = plan;
  const facts = {
    ...{ kind: model.kind, modelId: model.id, inputWidth: network.width, inputHeight: network.height },
    ...{ size: shown, alignCorners },
  };
  if (format === "npz") return npzOutput(facts);
  if (format === "npy") return sequenceOutput("npy", ".npy", facts);
  if (format === "png16") return sequenceOutput("png16", ".png", facts);
  return videoOutput(format, info, options);
}

/** Everything that the bytes of an output depend on: a run with the same goes on where an interrupted one ended. */
export async function jobOf(
  info: VideoInfo,
  plan: ClipPlan,
  fingerprint: string,
  options: ClipOptions,
): Promise<object> {
  const { size, mtimeMs } = await stat(info.path);
  const { signal: _, onProgress: __, poster: ___, measureFlicker: ____, ...rest } = options;
  return { version: 1, clip: resolve(info.path), size, mtimeMs, plan, fingerprint, options: rest };
}

/** The name of what an interrupted run leaves: `X.partial.mp4` for `X.mp4`. */
export function partialName(output: string): string {
  const extension = extname(output);
  return `${output.slice(0, output.length - extension.length)}.partial${extension}`;
}
