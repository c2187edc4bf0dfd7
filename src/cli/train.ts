import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { Tensor } from "../graph/tensor.ts";
import { readCheckpoint } from "../train/checkpoint.node.ts";
import { parseTrainConfig, type TrainConfig } from "../train/train-config.ts";
import { type TrainProgress, train } from "../train/trainer.node.ts";
import { writeModel } from "../train/write-model.node.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import { toFloat32 } from "../weights/convert.ts";
import { readWeights } from "../weights/load-weights.node.ts";
import type { CommandContext } from "./command-context.ts";
import { positiveInteger } from "./model-options.ts";
import { createProgressLine, formatDuration } from "./progress-line.ts";
import { DEMO_CONFIG, showUnseenScene } from "./train-demo.ts";

interface TrainCommandOptions {
  readonly config?: string;
  readonly demo?: true;
  readonly init?: string;
  readonly out: string;
  readonly steps?: number;
  readonly threads?: number;
  readonly json?: true;
}

/** `depth-anything train`. */
export function define(command: Command, context: CommandContext): void {
  command
    .option("--config <file>", "training configuration as JSON; not needed to go on with a run")
    .option("--demo", "a run of about a minute on invented scenes: no files needed")
    .option(
      "--init <weights>",
      "start from a trained model's file (default: a pre-trained encoder where it is installed)",
    )
    .option("-o, --out <folder>", "folder of the run; one that holds a run is gone on with", "runs/train")
    .option("--steps <number>", "train for this many steps instead of the configuration's", positiveInteger)
    .option("--threads <number>", "threads on the processor (default: one a core)", positiveInteger)
    .option("--json", "print every step and the result as JSON lines")
    .action((options: TrainCommandOptions) => runTraining(options, context));
}

async function runTraining(options: TrainCommandOptions, { signal }: CommandContext): Promise<void> {
  const { out: folder, threads, json, demo } = options;
  const config = await configOf(options);
  const line = createProgressLine();
  const print = (result: unknown, text: string): void => {
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
  };
  const onProgress = (progress: TrainProgress): void => {
    line.show(progressText(progress));
    if (json) print(progress, "");
  };
  const initial = options.init === undefined ? await encoderWeights() : await modelWeights(options.init);
  line.show("preparing the training graph");
  const state = await train(config, { folder, initial, signal, onProgress, ...(threads && { threads }) })
    .catch((error: unknown) => {
      if (signal.aborted) process.stderr.write(`\nStopped. To go on: depth-anything train --out ${folder}\n`);
      throw error;
    })
    .finally(() => line.clear());
  const model = join(folder, "model.safetensors");
  await writeModel(model, state);
  print({ model, steps: state.step }, `${state.step} steps -> ${model}\n`);
  if (demo) {
    const picture = join(folder, "unseen-scene.png");
    await showUnseenScene(model, picture, { signal });
    print({ picture }, `a scene it has never seen, and its depth -> ${picture}\n`);
  }
}

/** The configuration that was asked for, else that of the run in the folder. */
async function configOf({ config, demo, out, steps }: TrainCommandOptions): Promise<TrainConfig> {
  if (config !== undefined && demo) throw new DepthError("bad-argument", "Give either --config or --demo, not both.");
  const withSteps = (input: object): object => (steps === undefined ? input : { ...input, steps });
  if (demo) return parseTrainConfig(withSteps(DEMO_CONFIG), "The demo");
  if (config !== undefined) return parseTrainConfig(withSteps(await readJson(config)), config);
  const checkpoint = join(out, "last.safetensors");
  const exists = await stat(checkpoint).catch(() => undefined);
  if (exists) return (await readCheckpoint(checkpoint)).config;
  throw new DepthError(
    "bad-argument",
    `There is no run in ${out} to go on with. Give --config file.json, or --demo for a first try.`,
  );
}

async function readJson(path: string): Promise<object> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as object;
  } catch (error) {
    throw new DepthError("bad-argument", `Cannot read the configuration ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function modelWeights(path: string): Promise<ReadonlyMap<string, Tensor<"float32">>> {
  return new Map([...(await readWeights(path))].map(([name, tensor]) => [name, toFloat32(tensor)]));
}

/** The pre-trained encoder where its optional packages are installed. */
async function encoderWeights(): Promise<ReadonlyMap<string, Tensor<"float32">>> {
  try {
    const { pretrainedNanoEncoder } = await import("../train/network/nano-encoder.node.ts");
    return await pretrainedNanoEncoder();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code;
    if (missing !== "not-found" && missing !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stderr.write(
      "note: the encoder starts from random values. Pre-trained ones come with: npm install --no-save @mediapipe/objectron flatbuffers\n",
    );
    return new Map();
  }
}

function progressText({ step, steps, loss, imagesPerSecond, remainingMs }: TrainProgress): string {
  const speed = `${imagesPerSecond.toFixed(1)} images/s`;
  return `step ${step} of ${steps}  loss ${loss.toFixed(4)}  ${speed}  ${formatDuration(remainingMs)} left`;
}
