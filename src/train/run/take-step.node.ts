import { join } from "node:path";
import { DepthError, messageOf } from "../../util/errors.ts";
import { gradientNorm } from "../optimise/adamw.ts";
import { rateAt } from "../optimise/schedule.ts";
import { addGradients, updateParameters } from "../optimise/update.ts";
import type { TrainingStep } from "../step/training-step.ts";
import type { StepRecord } from "../watch/records.ts";
import { keepBadBatch } from "./bad-batch.node.ts";
import type { BatchInputs } from "./batch-inputs.ts";
import type { TrainState } from "./checkpoint.node.ts";
import type { PerSize } from "./per-size.ts";
import type { StagePlan } from "./stage-plan.ts";
import { STAGE_FILES } from "./stage-state.node.ts";

/** What an optimiser step did, and the last batch it did it with. */
export interface TakenStep {
  readonly record: StepRecord;
  readonly batch: BatchInputs;
  /** The network's maps of that batch before the step [N, H, W]. */
  readonly prediction: Float32Array;
}

/**
 * One optimiser step: the mean gradient of `accumulate` batches, clipped, changes the state in place.
 * @throws DepthError `bad-state` for a loss or gradient that is not finite; the batch is kept in the folder then.
 */
export async function takeStep(
  plan: StagePlan,
  state: TrainState,
  steps: PerSize<TrainingStep>,
  batches: AsyncGenerator<BatchInputs, void>,
  folder: string,
): Promise<TakenStep> {
  const { stage, network } = plan;
  const started = performance.now();
  const losses: Record<string, number> = {};
  let sum: ReadonlyMap<string, Float32Array> | undefined;
  let last: { readonly batch: BatchInputs; readonly prediction: Float32Array } | undefined;
  let [waitMs, images, lastNorm] = [0, 0, 0];
  for (let part = 0; part < stage.accumulate; part++) {
    const batch = (await batches.next()).value as BatchInputs;
    const stop = (problem: string) =>
      keepBadBatch(join(folder, STAGE_FILES.badBatch), plan, batch, state.step + 1, problem);
    // Numbers that are not finite can make an operator fail before they reach the loss.
    const result = await steps
      .of(batch.size)
      .run(batch.inputs, state.parameters)
      .catch(async (error: unknown) => {
        throw await stop(messageOf(error instanceof DepthError ? (error.cause ?? error) : error).trim());
      });
    lastNorm = gradientNorm(result.gradients.values());
    if (!Number.isFinite(lastNorm) || !Object.values(result.losses).every(Number.isFinite)) {
      const terms = Object.entries(result.losses).map(([name, value]) => `${name} ${value}`);
      throw await stop(`losses ${terms.join(", ")} and a gradient of length ${lastNorm}, expected finite numbers`);
    }
    last = { batch, prediction: result.prediction };
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
  const record: StepRecord = {
    ...{ kind: "step", step: state.step, losses, gradientNorm: norm, learningRate },
    ...{ timeMs, waitMs: Math.round(waitMs), images },
  };
  return { record, ...(last as NonNullable<typeof last>) };
}
