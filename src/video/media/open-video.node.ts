import type { VideoFrame } from "@napi-rs/webcodecs";
import type { Input, InputVideoTrack } from "mediabunny";
import { DepthError } from "../../util/errors.ts";
import type { DecodedFrame, ReadFramesOptions, VideoInfo, VideoReader } from "../video-types.ts";
import { describeClip } from "./clip-info.node.ts";
import { openContainer } from "./container.node.ts";
import { decodeFrames, type TimedFrame } from "./decode-frames.node.ts";
import { createFramePainter, type FramePresentation } from "./frame-picture.ts";
import { loadMediaLibraries, type MediaLibraries } from "./media-libraries.node.ts";
import { type Selected, selectFrames } from "./select-frames.ts";

/** How a clip is opened. */
export interface OpenVideoOptions {
  /** Lets a decoder in hardware be used where there is one. Default false: the same pixels everywhere. */
  readonly isHardwareAllowed?: boolean;
}

/**
 * Opens a clip: MP4, MOV, WebM, MKV and whatever else mediabunny reads; H.264, HEVC, VP8, VP9, AV1. The file is read from
 * disk as frames are asked for, and its first frame is decoded to know what the others will be like.
 *
 * Frames come upright, with square pixels, as 8-bit RGB: the file's matrix (BT.601, 709, 2020) and range are undone, deeper
 * samples are rounded, PQ and HLG are tone-mapped (`tone-map.ts`). Where the size changes in mid-stream, frames are scaled to
 * the first one's shape. Frames up to a damaged place are delivered, then `frames` throws.
 * @throws DepthError `not-found`, `bad-file` (not a clip, no video, damaged) or `unsupported` (codec), naming the file
 */
export async function openVideo(path: string, options: OpenVideoOptions = {}): Promise<VideoReader> {
  const libraries = await loadMediaLibraries();
  const { input, track, damage } = await openContainer(libraries, path);
  try {
    const { info, presentation } = await describeClip(libraries, path, input, track, options);
    return reader(libraries, input, track, info, presentation, damage, options);
  } catch (error) {
    input.dispose();
    throw error;
  }
}

function reader(
  libraries: MediaLibraries,
  input: Input,
  track: InputVideoTrack,
  info: VideoInfo,
  presentation: FramePresentation,
  damage: () => string | undefined,
  options: OpenVideoOptions,
): VideoReader {
  const painter = createFramePainter(presentation);
  let isClosed = false;

  const deliver = ({ frame, ...times }: Selected<TimedFrame>, index: number): DecodedFrame => {
    // A frame delivered several times (`fps`) is shared, not copied.
    const picture: VideoFrame = times.isLastUse ? frame.frame : frame.frame.clone();
    let isOpen = true;
    return {
      index,
      timestampSeconds: times.timestampSeconds,
      durationSeconds: times.durationSeconds,
      width: info.width,
      height: info.height,
      async toImage(width = info.width, height = info.height) {
        if (!isOpen) throw closed(info.path, `frame ${index}`);
        return painter.paint(picture, width, height);
      },
      close() {
        if (isOpen) picture.close();
        isOpen = false;
      },
    };
  };

  return {
    info,
    async *frames(wanted: ReadFramesOptions = {}) {
      if (isClosed) throw closed(info.path, "the clip");
      checkSelection(info.path, wanted);
      const { fromSeconds, toSeconds, fps, signal } = wanted;
      const decoded = decodeFrames(libraries, info.path, track, {
        fromSeconds: fromSeconds !== undefined && fromSeconds > 0 ? fromSeconds : undefined,
        signal,
        isHardwareAllowed: options.isHardwareAllowed,
      });
      let index = 0;
      let endSeconds = fromSeconds ?? 0;
      const selection = { fromSeconds, toSeconds, fps, ticksPerSecond: info.ticksPerSecond };
      for await (const selected of selectFrames(decoded, selection, ({ frame }) => frame.close())) {
        endSeconds = selected.timestampSeconds + selected.durationSeconds;
        yield deliver(selected, index++);
      }
      const missing = Math.min(toSeconds ?? Number.POSITIVE_INFINITY, info.durationSeconds) - endSeconds;
      // The index of an MP4 says how long its pictures last; elsewhere sound may last longer, but damage was looked for.
      const isIndexed = info.container === "mp4" || info.container === "mov";
      if (missing > Math.max(1, 3 / info.averageFrameRate) && (isIndexed || damage()))
        throw endsEarly(info, endSeconds, damage() ?? "the file is cut short");
    },
    async close() {
      isClosed = true;
      input.dispose();
    },
  };
}

function checkSelection(path: string, { fromSeconds, toSeconds, fps }: ReadFramesOptions): void {
  const isTime = (value: number | undefined): boolean => value === undefined || (Number.isFinite(value) && value >= 0);
  if (!isTime(fromSeconds) || !isTime(toSeconds) || (toSeconds ?? Number.POSITIVE_INFINITY) <= (fromSeconds ?? 0))
    throw new DepthError(
      "bad-argument",
      `${path}: cannot cut from ${fromSeconds ?? "the start"} to ${toSeconds ?? "the end"} seconds; expected times from 0 on, ` +
        "the second after the first.",
    );
  if (fps !== undefined && !(fps > 0 && fps <= 1000))
    throw new DepthError("bad-argument", `${path}: fps is ${fps}; expected a rate above 0 and at most 1000.`);
}

function endsEarly(info: VideoInfo, endSeconds: number, what: string): DepthError {
  return new DepthError(
    "bad-file",
    `${info.path}: its pictures end at ${endSeconds.toFixed(2)} of ${info.durationSeconds.toFixed(2)} seconds; ${what}. ` +
      "The frames before that were delivered; copy the file again, or cut before that place.",
  );
}

function closed(path: string, what: string): DepthError {
  return new DepthError("bad-state", `${path}: ${what} is closed already.`);
}
