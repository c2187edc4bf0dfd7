import { appendFile, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Tensor } from "../graph/tensor.ts";
import { buildNano, NANO_ENCODER_PREFIX, nanoForward } from "../models/nano.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { DepthError, throwIfAborted } from "../util/errors.ts";
import { adamWStep, gradientNorm } from "./adamw.ts";
import { readCheckpoint, type TrainState, writeCheckpoint } from "./checkpoint.node.ts";
import { type Batch, loadBatches } from "./examples/loader.ts";
import { initialiseParameters } from "./network/initialise.ts";
import { datasetSpecs, type TrainConfig } from "./train-config.ts";
import { createTrainingStep, type StepResult } from "./training-step.ts";

/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  readonly step: number;
  readonly loss: number;
  readonly affineLoss: number;
  readonly gradientLoss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Wall time of the step, and the part of it spent waiting for pictures. */
  readonly timeMs: number;
  readonly waitMs: number;
}

/** What a progress line shows. */
export interface TrainProgress extends StepMetrics {
  readonly steps: number;
  /** Over the last steps of this run. */
  readonly imagesPerSecond: number;
  readonly remainingMs: number;
}

/** Options of `train`. */
export interface TrainOptions {
  /** Folder of the checkpoint `last.safetensors` and of `metrics.jsonl`. */
  readonly folder: string;
  /** Starting values of some parameters, for example a pre-trained encoder. Default none. */
  readonly initial?: ReadonlyMap<string, Tensor<"float32">>;
  /** Stop (with a checkpoint) after this step of `config.steps`. Default: run to the end. */
  readonly stopAfter?: number;
  /** Default: ONNX Runtime's choice. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

const LAST = "last.safetensors";
const METRICS = "metrics.jsonl";

/**
 * Trains a network, or goes on with the run in the folder if there is one: the numbers are those of a run that was
 * never stopped. Returns the state after the last step.
 * @throws DepthError `bad-argument` when the folder holds a run of another configuration, `bad-state` when the loss is
 * not a number, `aborted` after a checkpoint, and whatever a dataset says of its files.
 */
export async function train(config: TrainConfig, options: TrainOptions): Promise<TrainState> {
  const { folder, signal, onProgress } = options;
  await mkdir(folder, { recursive: true });
  const state = await startOrResume(config, options);
  const frozen = new Map([...state.parameters].filter(([name]) => config.freeze.some((p) => name.startsWith(p))));
  const { batchSize, height, width, gradientLossWeight } = config;
  const trainingStep = await createTrainingStep(nanoForward, {
    ...{ batchSize, height, width, gradientLossWeight, frozen },
    ...(options.threads !== undefined && { threads: options.threads }),
  });
  const lastStep = Math.min(config.steps, options.stopAfter ?? config.steps);
  const recent: number[] = [];
  const save = () => writeCheckpoint(join(folder, LAST), state);
  const batches = loadBatches({
    ...{ datasets: datasetSpecs(config), batchSize, seed: config.seed, workers: config.workers },
    augment: { width, height, ...config.augment },
    startStep: state.step,
    endStep: lastStep,
  });
  try {
    let asked = performance.now();
    for await (const batch of batches) {
      const started = performance.now();
      const result = await trainingStep.run(batch, state.parameters);
      const learningRate = rateAt(config, state.step);
      const norm = update(state, result, learningRate, batch);
      state.step++;
      const finished = performance.now();
      const metrics: StepMetrics = {
        step: state.step,
        loss: result.losses.total,
        affineLoss: result.losses.affine,
        gradientLoss: result.losses.gradient,
        gradientNorm: norm,
        learningRate,
        timeMs: Math.round(finished - asked),
        waitMs: Math.round(started - asked),
      };
      recent.push(metrics.timeMs);
      if (recent.length > 50) recent.shift();
      asked = finished;
      await appendFile(join(folder, METRICS), `${JSON.stringify(metrics)}\n`);
      const meanMs = recent.reduce((sum, ms) => sum + ms, 0) / recent.length;
      onProgress?.({
        ...metrics,
        steps: config.steps,
        imagesPerSecond: (batchSize * 1000) / meanMs,
        remainingMs: (lastStep - state.step) * meanMs,
      });
      const isDue = state.step % config.checkpointEvery === 0 && state.step < lastStep; // the last is saved below
      if (isDue || signal?.aborted) await save();
      throwIfAborted(signal);
    }
    await save();
    return state;
  } finally {
    await trainingStep.dispose();
  }
}

/** The parameters to keep: running averages where there are some, otherwise the last values. */
export function trainedParameters(state: TrainState): Map<string, Tensor<"float32">> {
  return new Map(
    [...state.parameters].map(([name, tensor]) => [name, { ...tensor, data: state.averages.get(name) ?? tensor.data }]),
  );
}

/** Linear rise over the warm-up, then linear decay to 0 at the end, as a share of the peak rates (paper, section 4). */
function rateAt({ steps, warmupSteps }: TrainConfig, step: number): number {
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  return (steps - step) / Math.max(1, steps - warmupSteps);
}

/** Applies one step's gradients in place; returns their length before clipping. */
function update(state: TrainState, { losses, gradients }: StepResult, rate: number, batch: Batch): number {
  const { config, parameters, moments, averages } = state;
  const norm = gradientNorm(gradients.values());
  if (!Number.isFinite(losses.total) || !Number.isFinite(norm))
    throw new DepthError(
      "bad-state",
      `Step ${state.step + 1}: the loss is ${losses.total} and the gradient's length ${norm}; expected finite numbers. ` +
        `The pictures were ${batch.sources.join(", ")}. The checkpoint before this step is kept; lower the learning rate or drop a bad picture.`,
    );
  const shrink = Math.min(1, config.clipNorm / (norm + 1e-6));
  const step = state.step + 1;
  for (const [name, gradient] of gradients) {
    if (shrink < 1) for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) * shrink;
    const parameter = (parameters.get(name) as Tensor<"float32">).data;
    let moment = moments.get(name);
    if (!moment) {
      moment = { mean: new Float32Array(parameter.length), square: new Float32Array(parameter.length) };
      moments.set(name, moment);
    }
    const peak = name.startsWith(NANO_ENCODER_PREFIX) ? config.learningRate.encoder : config.learningRate.decoder;
    const weightDecay = name.endsWith(".bias") ? 0 : config.weightDecay;
    adamWStep(parameter, gradient, moment, step, { learningRate: peak * rate, weightDecay });
    if (config.averageDecay > 0) updateAverage(averages, name, parameter, config.averageDecay, step);
  }
  return norm;
}

/** The average starts as a plain mean of the first values, so that the starting point is forgotten. */
function updateAverage(
  averages: Map<string, Float32Array>,
  name: string,
  parameter: Float32Array,
  decay: number,
  step: number,
): void {
  const average = averages.get(name);
  if (!average) {
    averages.set(name, Float32Array.from(parameter));
    return;
  }
  const keep = Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < average.length; i++)
    average[i] = keep * (average[i] as number) + (1 - keep) * (parameter[i] as number);
}

async function startOrResume(config: TrainConfig, options: TrainOptions): Promise<TrainState> {
  const path = join(options.folder, LAST);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await writeFileAtomic(join(options.folder, METRICS), "");
    const parameters = initialiseParameters(buildNano(), options.initial ?? new Map(), config.seed);
    return { config, step: 0, parameters, moments: new Map(), averages: new Map() };
  }
  const state = await readCheckpoint(path);
  if (JSON.stringify(state.config) !== JSON.stringify(config))
    throw new DepthError(
      "bad-argument",
      `${options.folder} holds a run with another configuration. Choose another folder, or give the same configuration to go on with it.`,
    );
  await forgetStepsAfter(join(options.folder, METRICS), state.step);
  return state;
}

/** Steps after the checkpoint are done again, so their lines must not stand twice. */
async function forgetStepsAfter(path: string, step: number): Promise<void> {
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const kept = lines.filter((line) => {
    try {
      return (JSON.parse(line) as StepMetrics).step <= step;
    } catch {
      return false; // a line cut by the end of the process
    }
  });
  await writeFileAtomic(path, kept.map((line) => `${line}\n`).join(""));
}
