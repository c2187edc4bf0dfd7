import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** Whether tests that make clips must be skipped: they need ffmpeg and ffprobe. */
export const isFfmpegMissing = !["ffmpeg", "ffprobe"].every((program) => {
  try {
    execFileSync(program, ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Runs ffmpeg, which overwrites and says nothing but errors. */
export function ffmpeg(...args: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], { stdio: ["ignore", "ignore", "pipe"] });
}

/** A new folder for a test file's clips, removed after its tests; gives the path of a name in it. */
export function clipFolder(): (name: string) => string {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "depth-clips-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return (name) => join(folder, name);
}

/** A clip whose frame `n` is grey with luma `16 + 4 * n` (up to 50 frames), so that frames can be told apart. */
export interface NumberedClip {
  readonly size?: string;
  readonly rate?: string;
  readonly frames?: number;
  /** Filters behind the source, for example `setpts`. */
  readonly filters?: string;
  /** What ffmpeg shall do with it. Default: H.264 with B-frames. */
  readonly output?: readonly string[];
  /** Further inputs, for example sound. */
  readonly inputs?: readonly string[];
}

/** Arguments that give a second input of sound: a sine. */
export function sine(seconds: number, sampleRate = 48000): readonly string[] {
  return ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=${sampleRate}:duration=${seconds}`];
}

export const H264 = ["-c:v", "libx264", "-bf", "3", "-preset", "fast", "-crf", "12", "-pix_fmt", "yuv420p"] as const;

export function makeNumberedClip(path: string, clip: NumberedClip = {}): void {
  const { size = "64x48", rate = "25", frames = 30, filters, output = H264, inputs = [] } = clip;
  // The source ends by itself: a limit on the output would cut sound off.
  const grey = `color=black:size=${size}:rate=${rate},geq=lum='16+4*N':cb=128:cr=128,trim=end_frame=${frames}`;
  ffmpeg("-f", "lavfi", "-i", filters ? `${grey},${filters}` : grey, ...inputs, ...output, path);
}

/** The number of a frame of such a clip, by the red of a pixel in its middle. */
export function frameNumber({ width, height, data }: Picture): number {
  const red = data[(Math.floor(height / 2) * width + Math.floor(width / 2)) * 3] as number;
  return Math.round((red * 219) / 255 / 4);
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

/** A still of one colour, as a clip. `rgb` like `0xC83C28`. */
export function makeColourClip(path: string, rgb: string, filters: string, output: readonly string[]): void {
  ffmpeg("-f", "lavfi", "-i", `color=c=${rgb}:size=64x48:rate=25:duration=0.4`, "-vf", filters, ...output, path);
}

/** What ffprobe says of a file, as objects. */
export function probe(path: string, ...args: readonly string[]): Probed {
  const text = execFileSync("ffprobe", ["-v", "error", "-of", "json", ...args, path], { encoding: "utf8" });
  return JSON.parse(text) as Probed;
}

export interface Probed {
  readonly streams: readonly Record<string, string | number>[];
  readonly packets: readonly Record<string, string>[];
  readonly frames: readonly Record<string, string>[];
  readonly format: Record<string, string>;
}

/** Times of the pictures as ffprobe sees them, in the order in which they are shown. */
export function probeTimes(path: string): { readonly pts: number; readonly duration: number }[] {
  const { packets } = probe(path, "-select_streams", "v:0", "-show_entries", "packet=pts_time,duration_time");
  return packets
    .map(({ pts_time, duration_time }) => ({ pts: Number(pts_time), duration: Number(duration_time) }))
    .sort((a, b) => a.pts - b.pts);
}

/** Sound packets with their times and checksums. */
export function probeSound(path: string): { readonly pts: number; readonly hash: string }[] {
  const { packets } = probe(path, "-select_streams", "a:0", "-show_packets", "-show_data_hash", "md5");
  return packets.map(({ pts_time, data_hash }) => ({ pts: Number(pts_time), hash: String(data_hash) }));
}

/** Frames as ffmpeg decodes them: RGB, turned as the file asks. */
export function decodedByFfmpeg(path: string, width: number, height: number, filters = "null"): Uint8Array[] {
  const output = ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
  const args = ["-v", "error", "-i", path, "-vf", filters, ...output];
  const raw = execFileSync("ffmpeg", args, { maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "pipe"] });
  const size = width * height * 3;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => raw.subarray(i * size, (i + 1) * size));
}
