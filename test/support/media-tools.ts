import { execFileSync } from "node:child_process";

/** Whether ffmpeg and ffprobe are there; tests that make clips skip without them. */
export const hasMediaTools = ["ffmpeg", "ffprobe"].every((name) => {
  try {
    execFileSync(name, ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Runs ffmpeg; words are separated by spaces. @returns what it wrote to its standard output */
export function ffmpeg(folder: string, words: string): Buffer {
  const args = ["-v", "error", "-nostdin", "-y", ...words.split(" ")];
  return execFileSync("ffmpeg", args, { cwd: folder, maxBuffer: 2 ** 28 });
}

interface Stream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width: number;
  readonly height: number;
  readonly r_frame_rate: string;
  readonly pix_fmt: string;
  readonly color_space?: string;
  readonly color_range?: string;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** A file's streams, and the times of its pictures as ffprobe decodes them. */
export function probe(
  folder: string,
  path: string,
): { readonly video: Stream; readonly audio: Stream | undefined; readonly times: readonly number[] } {
  const args = ["-v", "error", "-show_streams", "-show_entries", "frame=pts_time,media_type", "-of", "json"];
  const text = execFileSync("ffprobe", [...args, "-select_streams", "v", "-show_frames", path], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const all = execFileSync("ffprobe", ["-v", "error", "-show_streams", "-of", "json", path], {
    cwd: folder,
    encoding: "utf8",
  });
  const streams = (JSON.parse(all) as { streams: Stream[] }).streams;
  const { frames } = JSON.parse(text) as { frames: { pts_time: string }[] };
  return {
    video: streams.find(({ codec_type }) => codec_type === "video") as Stream,
    audio: streams.find(({ codec_type }) => codec_type === "audio"),
    times: frames.map(({ pts_time }) => Number(pts_time)),
  };
}

/** All pictures of a file as ffmpeg decodes and turns them: 8-bit RGB behind each other. */
export function rgbFrames(folder: string, path: string): Buffer {
  return ffmpeg(folder, `-i ${path} -fps_mode passthrough -f rawvideo -pix_fmt rgb24 -`);
}

/** Mean absolute difference of the bytes of two buffers of one length. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length;
}
