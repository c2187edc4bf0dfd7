import { extname } from "node:path";
import type { OutputFormat } from "mediabunny";
import { DepthError } from "../../util/errors.ts";
import type { Mediabunny } from "./media-libraries.node.ts";

/** Codecs that pictures can be written in. */
export type VideoCodec = "h264" | "hevc" | "vp9" | "av1";

/** Endings of files that clips can be written to. */
export const VIDEO_EXTENSIONS = [".mp4", ".m4v", ".mov", ".webm", ".mkv"] as const;

/** A container with what goes into it when nobody says otherwise. */
export interface ContainerFormat {
  readonly format: OutputFormat;
  readonly defaultCodec: VideoCodec;
}

/**
 * The container for a file name. MP4 and MOV are written plain, their index behind the data: every player and editor
 * reads that, frames go to the disk as they come, and durations are exact. A fragmented file would keep the same index in
 * memory (about 0.4 kB a second of film, 44 MB an hour with sound, measured for both), and guesses the last duration of
 * each fragment; an index in front needs the number of frames before the first one. WebM and MKV keep nothing.
 * @throws DepthError `bad-argument` for another ending
 */
export function containerFormat(containers: Mediabunny, path: string): ContainerFormat {
  const extension = extname(path).toLowerCase();
  if (extension === ".mp4" || extension === ".m4v")
    return { format: new containers.Mp4OutputFormat({ fastStart: false }), defaultCodec: "h264" };
  if (extension === ".mov")
    return { format: new containers.MovOutputFormat({ fastStart: false }), defaultCodec: "h264" };
  if (extension === ".webm") return { format: new containers.WebMOutputFormat(), defaultCodec: "vp9" };
  if (extension === ".mkv") return { format: new containers.MkvOutputFormat(), defaultCodec: "h264" };
  throw new DepthError(
    "bad-argument",
    `Cannot write a video to ${path}: its ending is ${JSON.stringify(extension)}; expected ${VIDEO_EXTENSIONS.join(", ")}.`,
  );
}
