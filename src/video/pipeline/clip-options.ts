import type { Size } from "../../image/resize-rule.ts";
import type { OnProgress } from "../../util/progress.ts";
import type { VideoCodec } from "../media/container-format.ts";
import type { RenderOptions } from "../render/frame-renderer.node.ts";

/** Kinds of output: containers of video, and numbers for programs. */
export const VIDEO_FORMATS = ["mp4", "mov", "webm", "mkv", "png16", "npy", "npz"] as const;

/** One of `VIDEO_FORMATS`; `png16` and `npy` are folders with a file for each frame. */
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** Options of `estimateVideo`. What the picture shows is in `RenderOptions`. */
export interface ClipOptions extends RenderOptions {
  /** Default: by the ending of the output, else `mp4`. */
  readonly format?: VideoFormat;
  /** Only frames shown from this time on. Default: the first. */
  readonly fromSeconds?: number;
  /** Only frames shown before this time. Default: the last. */
  readonly toSeconds?: number;
  /** An even rate to pick frames at. Default: every frame at its own time. */
  readonly fps?: number;
  /** The longer side of the output in pixels is at most this. Default: the clip's. */
  readonly maxSize?: number;
  /** The side or sides at which the network works. Default: the model's. */
  readonly inputSize?: number | Size;
  /** See `VideoWriterOptions`. Default: by the container. */
  readonly codec?: VideoCodec;
  /** See `VideoWriterOptions`. */
  readonly quality?: number;
  /** Copies the sound. Default true. */
  readonly audio?: boolean;
  /** How strongly frames are made to agree with those before, 0 to 1; see `createStabilizer`. */
  readonly smoothing?: number;
  /**
   * Goes over the clip twice: the first time finds cuts and the range of every shot, so that the colours of a shot never
   * move. Default false: they move slowly.
   */
  readonly twoPass?: boolean;
  /** Values that get the two ends of the colours. Default: found for each shot. */
  readonly range?: { readonly low: number; readonly high: number };
  /** Also writes a contact sheet of the clip here, as PNG. Default: none. */
  readonly poster?: string;
  /** Also measures how much the depth flickers, which takes some time. Default false. */
  readonly measureFlicker?: boolean;
  /** Frames in a segment: what a killed process loses at most. Default 240. */
  readonly segmentFrames?: number;
  /** Ends after the frame in hand; what is done stays as NAME.partial.EXT, and the next run goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}
