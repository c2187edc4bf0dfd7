import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { clipFolder, ffmpeg, isFfmpegMissing, probe, sine } from "../../../test/support/clips.ts";

const clip = clipFolder();

/** Reads a clip, makes pictures of two sizes, writes it anew with its sound; prints the largest memory in bytes. */
const PROGRAM = `
const { openVideo } = await import(${module("open-video.node.ts")});
const { createVideoWriter } = await import(${module("create-video-writer.node.ts")});
const { rgbToYuv420 } = await import(${module("rgb-to-yuv420.ts")});
const [from, to] = process.argv.slice(1);
const reader = await openVideo(from);
const { width, height } = reader.info;
const writer = await createVideoWriter(to, { width, height, audioFrom: reader });
for await (const frame of reader.frames()) {
  await frame.toImage(64, 36);
  await writer.add(rgbToYuv420(await frame.toImage()), frame.timestampSeconds, frame.durationSeconds);
  frame.close();
}
await writer.finish();
await reader.close();
console.log(process.resourceUsage().maxRSS * 1024);`;

function module(name: string): string {
  return JSON.stringify(new URL(name, import.meta.url).href);
}

async function peakBytes(seconds: number): Promise<number> {
  const [from, to] = [clip(`${seconds}.mp4`), clip(`${seconds}-out.mp4`)];
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=320x180:rate=12:duration=${seconds}`];
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
  ffmpeg(...picture, ...sine(seconds), ...codec, from);
  const args = ["--import", "tsx", "--conditions=source", "--input-type=module", "-e", PROGRAM, from, to];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(probe(to, "-show_format").format.duration)).toBeCloseTo(seconds, 0);
  return Number(stdout);
}

it.skipIf(isFfmpegMissing)("five minutes take the memory of one (needs ffmpeg)", async () => {
  const [short, long] = [await peakBytes(60), await peakBytes(300)];
  // The frames of four minutes would take 250 MB. A minute ends before the collector has found its pace.
  expect((long - short) / 1e6, `${short} and ${long} bytes`).toBeLessThan(80);
});
