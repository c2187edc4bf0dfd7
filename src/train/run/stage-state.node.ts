import { stat } from "node:fs/promises";
import { join } from "node:path";
import { removeUnfinished, writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError } from "../../util/errors.ts";
import { stageIdentity } from "../config/train-config.ts";
import type { TrainingStep } from "../step/training-step.ts";
import { SAMPLES_FOLDER } from "../watch/sample-sheet.node.ts";
import { checkState, readCheckpoint, type TrainState } from "./checkpoint.node.ts";
import { forgetRecordsAfter } from "./metrics-file.node.ts";
import type { StagePlan } from "./stage-plan.ts";
import { startWeights } from "./start-weights.node.ts";

/** The files of a stage's folder. */
export const STAGE_FILES = {
  last: "last.safetensors",
  best: "best.safetensors",
  model: "model.safetensors",
  metrics: "metrics.jsonl",
  badBatch: "nan-batch.safetensors",
} as const;

/** Whether a folder holds a stage that can be gone on with. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return stat(join(folder, STAGE_FILES.last)).then(
    () => true,
    () => false,
  );
}

/**
 * The state of a stage: as its folder's checkpoint has it, otherwise the start.
 * @param sources checksums of what the stage learns from beside the pictures
 * @throws DepthError `bad-argument` when the folder holds a run of another configuration or another teacher; as
 *   `readCheckpoint` and `startWeights`.
 */
export async function openState(
  folder: string,
  plan: StagePlan,
  sources: Readonly<Record<string, string>>,
): Promise<TrainState> {
  const { name, config, stage, network } = plan;
  for (const where of [folder, join(folder, SAMPLES_FOLDER)]) await removeUnfinished(where);
  const metrics = join(folder, STAGE_FILES.metrics);
  if (!(await hasCheckpoint(folder))) {
    await writeFileAtomic(metrics, "");
    const parameters = await startWeights(network, stage, plan.startSeed);
    return { ...{ stage: name, config, sources, parameters }, step: 0, moments: new Map(), averages: new Map() };
  }
  const path = join(folder, STAGE_FILES.last);
  const state = await readCheckpoint(path);
  const refuse = (what: string) =>
    new DepthError(
      "bad-argument",
      `${folder} holds a run with ${what}. Choose another folder, or give the same to go on with it.`,
    );
  if (state.stage !== name || stageIdentity(state.config, name) !== stageIdentity(config, name))
    throw refuse("another configuration");
  const other = Object.entries(sources).find(([use, digest]) => state.sources[use] !== digest);
  if (other) throw refuse(`other weights as its ${other[0]}`);
  await forgetRecordsAfter(metrics, state.step);
  return { ...state, config };
}

/** Gives every trained parameter its optimiser state, or checks that a checkpoint brought it. */
export function completeState(folder: string, plan: StagePlan, state: TrainState, { trained }: TrainingStep): void {
  if (state.step === 0)
    for (const name of trained.keys()) {
      const data = state.parameters.get(name)?.data as Float32Array;
      const zeros = () => new Float32Array(data.length);
      state.moments.set(name, { mean: zeros(), square: zeros() });
      if (plan.stage.averageDecay > 0) state.averages.set(name, Float32Array.from(data));
    }
  const all = [...plan.network.build().parameters.values()].map(
    ({ name, dims }) => [name, dims as readonly number[]] as const,
  );
  checkState(join(folder, STAGE_FILES.last), state, trained, new Map(all));
}
