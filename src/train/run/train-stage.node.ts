import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withOutputLock } from "../../label/output-lock.node.ts";
import type { SessionOptions } from "../../runtime/session.ts";
import { DepthError, messageOf, throwIfAborted } from "../../util/errors.ts";
import type { StageName, TrainConfig } from "../config/train-config.ts";
import { gradientNorm } from "../optimise/adamw.ts";
import { rateAt } from "../optimise/schedule.ts";
import { addGradients, averagedParameters, updateParameters } from "../optimise/update.ts";
import { createTrainingStep, type TrainingStep } from "../step/training-step.ts";
import type { RunRecord, StepRecord, ValidationRecord } from "../watch/records.ts";
import { keepBadBatch } from "./bad-batch.node.ts";
import { type TrainState, writeCheckpoint } from "./checkpoint.node.ts";
import { appendRecord } from "./metrics-file.node.ts";
import { planStage, type StagePlan } from "./stage-plan.ts";
import { completeState, openState, STAGE_FILES } from "./stage-state.node.ts";
import { type BatchInputs, stageInputs } from "./step-inputs.ts";
import { openSupervisors } from "./supervisors.node.ts";
import { openValidation, type Validation } from "./validation.node.ts";
import { writeModel } from "./write-model.node.ts";

/** What a progress line shows. */
export interface TrainProgress {
  readonly stage: StageName;
  readonly record: RunRecord;
  /** Of the whole stage. */
  readonly steps: number;
  /** Over the last steps of this run. */
  readonly imagesPerSecond: number;
  readonly remainingMs: number;
}

/** Options of `trainStage`. */
export interface StageOptions {
  /** The stage's own folder: checkpoints, `metrics.jsonl`, `model.safetensors`. */
  readonly folder: string;
  /** The teacher's weight file; needed by a student that it labels for. */
  readonly teacher?: string;
  /** Stop (with a checkpoint) after this step. Default: run to the end. */
  readonly stopAfter?: number;
  readonly session?: SessionOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/**
 * Trains one stage of a configuration, or goes on with the one in the folder: the numbers are those of a run that was never
 * stopped. After the last step the weights are written as `model.safetensors`. Returns the state.
 * @throws DepthError `bad-argument` when the folder holds another run or the configuration does not fit; `bad-state` when a
 *   loss is not finite (see `keepBadBatch`) or another process works in the folder; `io` when something cannot be written
 *   (the checkpoint before stays); `aborted` after a checkpoint; whatever a dataset says of its files.
 */
export async function trainStage(config: TrainConfig, name: StageName, options: StageOptions): Promise<TrainState> {
  const plan = planStage(config, name);
  await mkdir(options.folder, { recursive: true });
  return withOutputLock(options.folder, async () => {
    const { session = {} } = options;
    const supervisors = await openSupervisors(plan, options.teacher, session);
    const open: { close(): Promise<void> }[] = [supervisors];
    try {
      const validation = await openValidation(plan, session);
      open.push(validation);
      const state = await openState(options.folder, plan, supervisors.sources);
      const step = await createStep(plan, state, session);
      open.push({ close: step.dispose });
      completeState(options.folder, plan, state, step);
      await runSteps(plan, state, step, { ...options, supervisors, validation });
      return state;
    } finally {
      for (const resource of open) await resource.close();
    }
  });
}

function createStep(plan: StagePlan, state: TrainState, session: SessionOptions): Promise<TrainingStep> {
  const { stage, network, labelled, unlabelled, width, height } = plan;
  const student = unlabelled?.student;
  return createTrainingStep(network, {
    ...{ labelled, unlabelled: unlabelled?.count ?? 0, width, height, losses: stage.losses, session },
    ...(student && {
      ...{ unlabelledLosses: student.unlabelledLosses, dropWorst: student.dropWorst, alignment: student.alignment },
      ...{ labelledWeight: student.weights.labelled, unlabelledWeight: student.weights.unlabelled },
    }),
    frozen: new Map([...state.parameters].filter(([name]) => stage.freeze.some((prefix) => name.startsWith(prefix)))),
  });
}

type LoopOptions = StageOptions & {
  readonly supervisors: Awaited<ReturnType<typeof openSupervisors>>;
  readonly validation: Validation;
};

async function runSteps(plan: StagePlan, state: TrainState, step: TrainingStep, options: LoopOptions): Promise<void> {
  const { folder, signal, supervisors, validation, stopAfter = Number.POSITIVE_INFINITY } = options;
  const { config, stage } = plan;
  const end = Math.min(stage.steps, stopAfter);
  const save = () => writeCheckpoint(join(folder, STAGE_FILES.last), state);
  const tell = createReporter(plan, options, end);
  const inputs = stageInputs(plan, {
    ...{ teacher: supervisors.teacher, frozen: supervisors.frozen },
    ...{ start: state.step * stage.accumulate, end: end * stage.accumulate },
  });
  try {
    while (state.step < end) {
      await tell(await takeStep(plan, state, step, inputs, folder));
      const isLast = state.step === end;
      const isDue = config.validateEvery > 0 && state.step % config.validateEvery === 0;
      if (isDue || state.step === stage.steps) {
        const records = await validation.score(state.step, averagedParameters(state), signal);
        for (const record of records) await tell(record);
        await keepBest(folder, state, records);
      }
      if (isLast || state.step % config.checkpointEvery === 0 || signal?.aborted) await save();
      throwIfAborted(signal);
    }
  } finally {
    await inputs.return();
  }
  if (state.step === stage.steps) await writeModel(join(folder, STAGE_FILES.model), state);
}

/** One optimiser step: the mean gradient of `accumulate` batches. */
async function takeStep(
  plan: StagePlan,
  state: TrainState,
  step: TrainingStep,
  batches: AsyncGenerator<BatchInputs, void>,
  folder: string,
): Promise<StepRecord> {
  const { stage, network } = plan;
  const started = performance.now();
  const losses: Record<string, number> = {};
  let sum: ReadonlyMap<string, Float32Array> | undefined;
  let [waitMs, images, lastNorm] = [0, 0, 0];
  for (let part = 0; part < stage.accumulate; part++) {
    const batch = (await batches.next()).value as BatchInputs;
    const stop = (problem: string) =>
      keepBadBatch(join(folder, STAGE_FILES.badBatch), plan, batch, state.step + 1, problem);
    // Numbers that are not finite can make an operator fail before they reach the loss.
    const result = await step.run(batch.inputs, state.parameters).catch(async (error: unknown) => {
      throw await stop(messageOf(error instanceof DepthError ? (error.cause ?? error) : error).trim());
    });
    lastNorm = gradientNorm(result.gradients.values());
    if (!Number.isFinite(lastNorm) || !Object.values(result.losses).every(Number.isFinite)) {
      const terms = Object.entries(result.losses).map(([name, value]) => `${name} ${value}`);
      throw await stop(`losses ${terms.join(", ")} and a gradient of length ${lastNorm}, expected finite numbers`);
    }
    if (sum) addGradients(sum, result.gradients);
    else sum = result.gradients;
    for (const [name, value] of Object.entries(result.losses))
      losses[name] = (losses[name] ?? 0) + value / stage.accumulate;
    waitMs += batch.waitMs;
    images += batch.sources.length;
  }
  const gradients = sum as ReadonlyMap<string, Float32Array>;
  const norm = (stage.accumulate === 1 ? lastNorm : gradientNorm(gradients.values())) / stage.accumulate;
  const rate = rateAt(stage, state.step);
  const learningRate = { encoder: stage.learningRate.encoder * rate, decoder: stage.learningRate.decoder * rate };
  updateParameters(state, gradients, {
    ...{ step: state.step + 1, learningRate, encoderPrefix: network.encoderPrefix },
    ...{ weightDecay: stage.weightDecay, averageDecay: stage.averageDecay },
    gradientScale: Math.min(1, stage.clipNorm / (norm + 1e-6)) / stage.accumulate,
  });
  state.step++;
  const timeMs = Math.round(performance.now() - started);
  return {
    kind: "step",
    step: state.step,
    losses,
    gradientNorm: norm,
    learningRate,
    timeMs,
    waitMs: Math.round(waitMs),
    images,
  };
}

/** Writes the weights as the best ones where the first set says so. */
async function keepBest(folder: string, state: TrainState, [first]: readonly ValidationRecord[]): Promise<void> {
  const metric = state.config.best;
  const value = first?.metrics[metric];
  if (value === undefined) return;
  const isBetter =
    state.best === undefined || (metric === "delta1" ? value > state.best.value : value < state.best.value);
  if (!isBetter) return;
  state.best = { step: state.step, value };
  await writeModel(join(folder, STAGE_FILES.best), state, { [metric]: String(value), dataset: first?.dataset ?? "" });
}

/** Writes records and tells of progress. */
function createReporter({ name, stage }: StagePlan, { folder, onProgress }: StageOptions, end: number) {
  const recent: StepRecord[] = [];
  return async (record: RunRecord): Promise<void> => {
    await appendRecord(join(folder, STAGE_FILES.metrics), record);
    if (record.kind === "step") recent.push(record);
    if (recent.length > 50) recent.shift();
    const totalMs = recent.reduce((sum, { timeMs }) => sum + timeMs, 0);
    const images = recent.reduce((sum, one) => sum + one.images, 0);
    onProgress?.({
      ...{ stage: name, record, steps: stage.steps },
      imagesPerSecond: (1000 * images) / Math.max(1, totalMs),
      remainingMs: ((end - record.step) * totalMs) / Math.max(1, recent.length),
    });
  };
}
