import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SessionOptions } from "../../runtime/session.ts";
import { messageOf, throwIfAborted } from "../../util/errors.ts";
import { withOutputLock } from "../../util/output-lock.node.ts";
import type { StageName, TrainConfig } from "../config/train-config.ts";
import { averagedParameters } from "../optimise/update.ts";
import { createTrainingStep, type TrainingStep } from "../step/training-step.ts";
import type { RunProgress } from "../watch/progress-text.ts";
import type { ValidationRecord } from "../watch/records.ts";
import { batchInputs } from "./batch-inputs.ts";
import { type TrainState, writeCheckpoint } from "./checkpoint.node.ts";
import { type PerSize, perSize } from "./per-size.ts";
import { createReporter } from "./reporter.node.ts";
import { planStage, type StagePlan } from "./stage-plan.ts";
import { completeState, openState, STAGE_FILES } from "./stage-state.node.ts";
import { openSupervisors } from "./supervisors.node.ts";
import { takeStep } from "./take-step.node.ts";
import { openValidation, type Validation } from "./validation.node.ts";
import { writeModel } from "./write-model.node.ts";

/** Options of `trainStage`. */
export interface StageOptions {
  /** The stage's own folder: checkpoints, `metrics.jsonl`, the page, sample pictures, `model.safetensors`. */
  readonly folder: string;
  /** The teacher's weight file; needed by a student that it labels for. */
  readonly teacher?: string;
  /** Stop (with a checkpoint) after this step. Default: run to the end. */
  readonly stopAfter?: number;
  readonly session?: SessionOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
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
  return withOutputLock(options.folder, join(options.folder, ".lock"), async () => {
    const { session = {} } = options;
    const supervisors = await openSupervisors(plan, options.teacher, session);
    const open: { close(): Promise<void> }[] = [supervisors];
    try {
      const validation = await openValidation(plan, session);
      open.push(validation);
      const state = await openState(options.folder, plan, supervisors.sources);
      const steps = await createSteps(plan, state, session);
      open.push({ close: steps.dispose });
      completeState(options.folder, plan, state, steps.first);
      await runSteps(plan, state, steps, { ...options, supervisors, validation });
      return state;
    } finally {
      for (const resource of open) await resource.close();
    }
  });
}

function createSteps(plan: StagePlan, state: TrainState, session: SessionOptions): Promise<PerSize<TrainingStep>> {
  const { stage, network, labelled, unlabelled, sizes } = plan;
  const student = unlabelled?.student;
  const options = {
    ...{ labelled, unlabelled: unlabelled?.count ?? 0, losses: stage.losses, session },
    recompute: stage.recompute,
    ...(student && {
      ...{ unlabelledLosses: student.unlabelledLosses, dropWorst: student.dropWorst, alignment: student.alignment },
      ...{ labelledWeight: student.weights.labelled, unlabelledWeight: student.weights.unlabelled },
    }),
    frozen: new Map([...state.parameters].filter(([name]) => stage.freeze.some((prefix) => name.startsWith(prefix)))),
  };
  return perSize(sizes, (size) => createTrainingStep(network, { ...options, ...size }));
}

type LoopOptions = StageOptions & {
  readonly supervisors: Awaited<ReturnType<typeof openSupervisors>>;
  readonly validation: Validation;
};

async function runSteps(
  plan: StagePlan,
  state: TrainState,
  steps: PerSize<TrainingStep>,
  options: LoopOptions,
): Promise<void> {
  const { folder, signal, supervisors, validation, stopAfter = Number.POSITIVE_INFINITY } = options;
  const { config, stage } = plan;
  const end = Math.min(stage.steps, stopAfter);
  const isDue = (every: number) => every > 0 && state.step % every === 0;
  const reporter = createReporter(plan, folder, end, options.onProgress);
  const batches = batchInputs(plan, {
    ...{ teacher: supervisors.teacher, frozen: supervisors.frozen },
    ...{ start: state.step * stage.accumulate, end: end * stage.accumulate },
  });
  try {
    while (state.step < end) {
      const { record, batch, prediction } = await takeStep(plan, state, steps, batches, folder);
      await reporter.tell(record);
      if (isDue(config.sampleEvery)) await reporter.showBatch(state.step, batch, prediction);
      if (isDue(config.validateEvery) || state.step === stage.steps) {
        const records = await validation.score(state.step, averagedParameters(state), signal);
        for (const scored of records) await reporter.tell(scored);
        await keepBest(folder, state, records);
      }
      // After everything that belongs to the step: what goes on from here does none of it again.
      if (state.step === end || isDue(config.checkpointEvery) || signal?.aborted)
        await writeCheckpoint(join(folder, STAGE_FILES.last), state);
      throwIfAborted(signal);
    }
    if (state.step === stage.steps) await writeModel(join(folder, STAGE_FILES.model), state);
    await reporter.end(state.step === stage.steps);
  } catch (error) {
    // What went wrong first is what is told; a full disk has no room for the page either.
    await reporter.end(false, messageOf(error)).catch(() => undefined);
    throw error;
  } finally {
    await batches.return();
  }
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
