import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { benchColdStart, type ColdStart } from "./cold-start.ts";
import { type DuelResult, duel } from "./duel.ts";
import { writeModel, writePhoto } from "./fixtures.ts";
import { benchLatency, type LatencyRow, latencyTable } from "./latency.ts";
import { describeMachine, duelTable, trainingText } from "./report.ts";
import { benchTraining, type TrainingResult } from "./training.ts";
import { benchVideo, videoText } from "./video.ts";

interface Options {
  readonly models: readonly string[];
  readonly sizes: readonly string[];
  readonly rounds: number;
  readonly threads: number;
  readonly training?: true;
  readonly latency?: true;
  readonly video?: true;
  readonly coldStart: boolean;
  readonly json?: true;
}

const list = (text: string): string[] => text.split(",").filter(Boolean);
const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number from 1.");
  return value;
};
const sizes = (text: string): string[] => {
  const all = list(text);
  if (all.some((size) => !/^[1-9]\d*x[1-9]\d*$/.test(size)))
    throw new InvalidArgumentError("Expected sizes like 640x480.");
  return all;
};

const program = new Command("npm run bench --")
  .description(
    "Times this library and the depth-estimation pipeline of transformers.js on the same networks and photos.",
  )
  .option("--models <ids>", 'registry ids, comma-separated; "" for none', list, ["nano", "small", "base"])
  .option("--sizes <sizes>", "photos, width x height", sizes, ["518x518", "640x480", "4032x3024"])
  .option("--rounds <count>", "counted repetitions", positive, 5)
  .option("--threads <count>", "threads of both sides", positive, availableParallelism())
  .option("--training", "also time the training steps of Nano and Small")
  .option("--latency", "only the networks' times at 518x518, beside the published ones")
  .option("--video", "only clips: stages, frames a second, peak memory (needs ffmpeg)")
  .option("--no-cold-start", "leave out the built command line")
  .option("--json", "one JSON object instead of tables")
  .parse();
const { models, rounds, threads, training, latency, video, coldStart, json, ...rest } = program.opts<Options>();

const print = (text: string): void => void (json || console.log(text));
const machine = describeMachine(threads);
print(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; Node ${machine.node}, ONNX Runtime ${machine.onnxruntime}, ` +
    `transformers.js ${machine.transformers}; ${threads} threads, medians of ${rounds} rounds.`,
);
if (latency) {
  const device = `${machine.cpu}, ${threads} threads`;
  const rows: LatencyRow[] = [];
  for (const modelId of models) rows.push(await benchLatency(modelId, device, rounds, threads));
  print(`\n${latencyTable(rows)}`);
  if (json) console.log(JSON.stringify({ machine, latency: rows }, null, 2));
  process.exit();
}
if (video) {
  const clips = await mkdtemp(join(tmpdir(), "depth-anything-bench-"));
  try {
    const result = await benchVideo(clips);
    print(`\n${videoText(result)}`);
    if (json) console.log(JSON.stringify({ machine, video: result }, null, 2));
  } finally {
    await rm(clips, { recursive: true });
  }
  process.exit();
}
if (models.length > 0)
  print(
    "Both sides run the same ONNX graph, fp32, with seeded random weights. load: weights in a local file to ready; post: the\n" +
      "rest of a whole call from JPEG file to depth at the photo's size (the peer's also makes 8-bit grey levels of it).",
  );
const folder = await mkdtemp(join(tmpdir(), "depth-anything-bench-"));
try {
  const photos = new Map<string, string>();
  for (const size of rest.sizes) {
    const path = join(folder, `${size}.jpg`);
    const [width, height] = size.split("x").map(Number) as [number, number];
    await writePhoto(path, width, height);
    photos.set(size, path);
  }
  const duels: DuelResult[] = [];
  for (const modelId of models) {
    const modelFolder = join(folder, modelId);
    await writeModel(modelFolder, modelId);
    for (const [size, photo] of photos) {
      const result = await duel({ modelId, folder: modelFolder, photo, threads }, size, rounds);
      duels.push(result);
      print(`\n${duelTable(result)}`);
    }
    await rm(modelFolder, { recursive: true });
  }
  let trainingResults: readonly TrainingResult[] = [];
  if (training) {
    trainingResults = await benchTraining(rounds, threads);
    for (const result of trainingResults) print(`\n${trainingText(result)}`);
  }
  let starts: readonly ColdStart[] = [];
  const photo = photos.get("640x480") ?? [...photos.values()][0];
  if (coldStart && photo) {
    starts = await benchColdStart(photo, join(folder, "depth.png"), rounds);
    print(
      starts.length > 0
        ? "\nNew process to written depth map:"
        : "\nNo dist/: run npm run build to time the command line.",
    );
    for (const { command, timeMs } of starts) print(`  ${command.padEnd(34)} ${(timeMs / 1000).toFixed(2)} s`);
  }
  if (json) console.log(JSON.stringify({ machine, duels, training: trainingResults, coldStart: starts }, null, 2));
} finally {
  await rm(folder, { recursive: true });
}
