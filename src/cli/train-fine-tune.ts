import { type Command, InvalidArgumentError } from "commander";
import { detectDataset } from "../data/dataset-registry.node.ts";
import type { DatasetSpec } from "../data/open-dataset.node.ts";
import { NANO_WEIGHTS } from "../depth/load-model.node.ts";
import type { Size } from "../image/resize-rule.ts";
import { findModel } from "../models/find-model.ts";
import type { ModelRow } from "../models/model-row.ts";
import { parseTrainConfig, type TrainConfig, type TrainConfigInput } from "../train/config/train-config.ts";
import { DepthError } from "../util/errors.ts";
import { fetchModelWeights } from "../weights/hub.node.ts";
import type { CommandContext } from "./command-context.ts";
import { printDownloadNotice } from "./download-notice.ts";
import { addDatasetOptions, type DatasetCommandOptions, datasetHelp, datasetOptions } from "./eval-targets.ts";
import { positiveInteger, size } from "./model-options.ts";
import { createProgressLine } from "./progress-line.ts";
import { configOf, type RunPlace } from "./train-config-file.ts";
import { runStage, type TrainRunOptions } from "./train-run.ts";

interface FineTuneOptions extends TrainRunOptions, DatasetCommandOptions {
  readonly model: string;
  readonly data?: string;
  readonly validate?: string;
  readonly weights?: string;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate?: number;
  readonly size?: number | Size;
}

/** The one stage of a fine-tuning has no folder of its own. */
const HERE: RunPlace = { folders: [""], hint: "Name what to learn from: --data folder." };

/** `depth-anything train fine-tune`. */
export function defineFineTune(command: Command, context: CommandContext): void {
  command
    .description("go on training an official model, or one of your own, on labelled pictures of yours")
    .option("-m, --model <name>", "the model", "small-v2")
    .option("--weights <file>", "its weights (default: the official ones)")
    .option("--data <dataset>", "what to learn from: a folder, type=folder, or procedural; not needed to go on")
    .option("--validate <dataset>", "what to score the model on while it learns")
    .option("--steps <number>", "optimiser steps", positiveInteger, 500)
    .option("--batch <number>", "pictures of a step, one after the other in memory", positiveInteger, 4)
    .option("--learning-rate <number>", "peak rate of the decoder; the encoder's is a tenth (default: 5e-5)", rate)
    .option("--size <size>", "side of the training pictures in pixels, or WxH (default: the model's)", size)
    .option("-o, --out <folder>", "folder of the run; one that holds a run is gone on with", "runs/fine-tune");
  addDatasetOptions(command)
    .option("--threads <number>", "threads on the processor (default: one a core)", positiveInteger)
    .option("--json", "print every step and the result as JSON lines")
    .addHelpText("after", datasetHelp())
    .action((options: FineTuneOptions) => fineTune(options, context));
}

async function fineTune(options: FineTuneOptions, context: CommandContext): Promise<void> {
  const config =
    options.data === undefined ? await configOf({ out: options.out }, [], HERE) : await newConfig(options, context);
  await runStage(config, "teacher", options, context, { folder: "", title: "fine-tune" });
}

async function newConfig(options: FineTuneOptions, { signal }: CommandContext): Promise<TrainConfig> {
  const { data, validate, batch, steps, learningRate = 5e-5 } = options;
  const row = findModel(options.model);
  const line = createProgressLine();
  const download = { signal, onProgress: line.onProgress, beforeDownload: printDownloadNotice };
  const weights =
    options.weights ??
    (row.family === "nano" ? NANO_WEIGHTS : await fetchModelWeights(row, download).finally(line.clear));
  const validation = validate === undefined ? [] : [{ spec: await specOf(validate, options) }];
  const input: TrainConfigInput = {
    ...{ seed: 1, ...sizeOf(options.size, row), checkpointEvery: 50, sampleEvery: 100, validateEvery: 100, validation },
    labelled: [{ spec: await specOf(data as string, options) }],
    teacher: {
      ...{ network: row.id, encoder: weights, decoder: weights, steps, batchSize: 1, accumulate: batch },
      learningRate: { encoder: learningRate / 10, decoder: learningRate },
      // As the official metric models were made (V2, metric_depth/train.py), and as the relative ones.
      ...(row.kind === "metric"
        ? { losses: { siLog: 1 }, schedule: "poly" as const }
        : { losses: { affineInvariant: 1, gradientMatching: 0.5 } }),
    },
  };
  return parseTrainConfig(input, "The fine-tuning");
}

/** Training pictures of the model's own size, or the one asked for, brought to what the network takes. */
function sizeOf(given: number | Size | undefined, { inputSize, multiple }: ModelRow): Size {
  const { width, height } =
    typeof given === "object" ? given : { width: given ?? inputSize, height: given ?? inputSize };
  const rounded = (side: number) => Math.max(multiple, Math.round(side / multiple) * multiple);
  return { width: rounded(width), height: rounded(height) };
}

/** A dataset as `eval` names it: `procedural`, `type=folder`, or a folder whose type its files show. */
async function specOf(argument: string, options: DatasetCommandOptions): Promise<DatasetSpec> {
  if (argument === "procedural") return { type: "procedural", count: options.scenes ?? 24, seed: 1 };
  const named = /^([a-z0-9-]+)=(.+)$/.exec(argument);
  if (named?.[1] && named[2]) return { type: named[1], folder: named[2], ...datasetOptions(options) };
  const { type, truth } = await detectDataset(argument);
  if (truth === "point-pairs")
    throw new DepthError("bad-argument", `${argument} holds ordered points, not depth maps to learn from.`);
  return { type, folder: argument, ...datasetOptions(options) };
}

function rate(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}
