import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { loadModel } from "../src/depth/load-model.node.ts";
import type { Image } from "../src/image/image.ts";
import { textTable } from "../src/util/text-table.ts";
import { createVideoWriter } from "../src/video/media/create-video-writer.node.ts";
import { openVideo } from "../src/video/media/open-video.node.ts";
import { networkSize } from "../src/video/pipeline/frame-estimator.ts";
import { networkInput } from "../src/video/pipeline/network-input.ts";
import type { StageTimes } from "../src/video/pipeline/stage-times.ts";
import { depthPalette } from "../src/video/render/palette.ts";
import { depthDrawer } from "../src/video/render/render-depth.ts";
import { createStabilizer } from "../src/video/stability/stabilizer.ts";
import type { Yuv420 } from "../src/video/video-types.ts";

/** Processor time of each stage alone, in milliseconds a frame. */
export interface StageCost {
  readonly stage: string;
  readonly cpuMs: number;
}

/** A clip through the whole pipeline. */
export interface ClipRun {
  readonly clip: string;
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Of the whole process, a frame: the bar is two cores * 40 ms. */
  readonly cpuMsPerFrame: number;
  readonly peakBytes: number;
}

export interface VideoBench {
  readonly stages: readonly StageCost[];
  readonly runs: readonly ClipRun[];
}

/** Frames that the stages are timed on. */
const FRAMES = 60;
/** Pictures that the encoder is given again and again. */
const FEW = 8;

/**
 * Times the stages of a 720p clip one by one, then whole clips: 720p, and long ones at low resolution whose memory must not
 * differ. Clips are made by ffmpeg.
 */
export async function benchVideo(folder: string, inputSize?: number): Promise<VideoBench> {
  const hd = makeClip(folder, "hd.mp4", "1280x720", 30, 30);
  const stages = await stageCosts(hd, join(folder, "stages.mp4"), inputSize);
  const child = await buildChild();
  const runs = [await runClip(child, hd, "1280x720, 30 s", { ...(inputSize && { inputSize }) })];
  // A small network input: what grows with the length does not depend on it.
  for (const minutes of [1, 10]) {
    const clip = makeClip(folder, `${minutes}min.mp4`, "256x144", 60 * minutes, 15);
    runs.push(await runClip(child, clip, `256x144, ${minutes} min`, { inputSize: 64 }));
  }
  return { stages, runs };
}

/** Both tables. */
export function videoText({ stages, runs }: VideoBench): string {
  const total = stages.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const stageRows = [...stages, { stage: "sum", cpuMs: total }].map(({ stage, cpuMs }) => [stage, cpuMs.toFixed(1)]);
  const runRows = runs.map(({ clip, frames, framesPerSecond, cpuMsPerFrame, peakBytes }) => [
    ...[clip, `${frames}`, framesPerSecond.toFixed(1), cpuMsPerFrame.toFixed(1), `${Math.round(peakBytes / 1e6)}`],
  ]);
  return [
    "Nano on 1280x720, each stage alone:",
    textTable([["stage", "processor ms a frame"], ...stageRows]),
    "Whole clips:",
    textTable([["clip", "frames", "frames/s", "processor ms a frame", "peak MB"], ...runRows]),
  ].join("\n");
}

function makeClip(folder: string, name: string, size: string, seconds: number, rate: number): string {
  const path = join(folder, name);
  const picture = `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`;
  const sound = `sine=frequency=440:duration=${seconds}`;
  const codecs = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-f",
    "lavfi",
    "-i",
    picture,
    "-f",
    "lavfi",
    "-i",
    sound,
    ...codecs,
    path,
  ]);
  return path;
}

/**
 * Processor time of each stage on the first frames of a clip. Decoder and encoder, which work on threads of their own, run
 * alone; the others take turns, so that no more is in memory than in the pipeline.
 */
export async function stageCosts(path: string, output: string, inputSize?: number): Promise<readonly StageCost[]> {
  const costs = new Map<string, number>();
  const timed = async <T>(stage: string, work: () => Promise<T> | T): Promise<T> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    costs.set(stage, (costs.get(stage) ?? 0) + (user + system) / 1000 / FRAMES);
    return result;
  };
  const model = await loadModel("nano", { threads: 1 });
  const reader = await openVideo(path);
  const { kind, upsample } = model;
  const size = networkSize(model, reader.info, inputSize);
  const shown = { width: reader.info.width, height: reader.info.height };
  const stabilizer = createStabilizer({ kind });
  const prepare = networkInput(model);
  const draw = depthDrawer(size, shown, depthPalette({ kind }), upsample === "align_corners");
  const pictures: Yuv420[] = [];
  try {
    const images: Image[] = [];
    const readAll = async (isScaled: boolean): Promise<void> => {
      let count = 0;
      for await (const frame of reader.frames()) {
        if (isScaled) images.push(await frame.toImage(size.width, size.height));
        frame.close();
        if (++count === FRAMES) break;
      }
    };
    await timed("decode", () => readAll(false));
    await timed("scale", () => readAll(true));
    costs.set("scale", (costs.get("scale") ?? 0) - (costs.get("decode") ?? 0));
    for (const image of images) {
      const pixels = await timed("normalise", () => prepare(image, size));
      const raw = await timed("forward", () => model.forward(pixels, [1, 3, size.height, size.width]));
      const stable = await timed("stabilise", () => stabilizer.push(image, { ...size, data: raw.data }));
      const picture = await timed("render", () => draw(stable));
      if (pictures.length < FEW) pictures.push(structuredClone(picture));
    }
    await timed("encode", async () => {
      const writer = await createVideoWriter(output, { ...shown, frameRate: 30 });
      for (let i = 0; i < FRAMES; i++) await writer.add(pictures[i % FEW] as Yuv420, i / 30, 1 / 30);
      await writer.finish();
    });
    return [...costs].map(([stage, cpuMs]) => ({ stage, cpuMs }));
  } finally {
    await reader.close();
    await model.dispose();
  }
}

interface ChildResult {
  readonly frames: number;
  readonly framesPerSecond: number;
  readonly stageMs: StageTimes;
  readonly cpuMs: number;
  readonly peakBytes: number;
}

/** The program of `runClip` as JavaScript, as the package is published. */
async function buildChild(): Promise<string> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  // From here the program finds the bundled model and the dependencies.
  const outdir = join(root, "runs", "bench-video");
  await build({
    entryPoints: ["bench/video-child.ts", "src/video/pipeline/estimator-worker.ts"].map((file) => join(root, file)),
    ...{ outdir, entryNames: "[name]", bundle: true, packages: "external", format: "esm", platform: "node" },
    ...{ conditions: ["source"], logLevel: "silent" },
  });
  return join(outdir, "video-child.js");
}

async function runClip(child: string, path: string, clip: string, options: object): Promise<ClipRun> {
  const args = [child, path, `${path}_depth.mp4`, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const { frames, framesPerSecond, cpuMs, peakBytes } = JSON.parse(stdout) as ChildResult;
  return { clip, frames, framesPerSecond, cpuMsPerFrame: cpuMs / frames, peakBytes };
}
