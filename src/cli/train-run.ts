import { join } from "node:path";
import type { StageName, TrainConfig } from "../train/config/train-config.ts";
import { STAGE_FILES } from "../train/run/stage-state.node.ts";
import { trainStage } from "../train/run/train-stage.node.ts";
import { progressText, type RunProgress } from "../train/watch/progress-text.ts";
import type { CommandContext } from "./command-context.ts";
import { createProgressLine } from "./progress-line.ts";

/** Where a run is kept and how it is told of. */
export interface TrainRunOptions {
  readonly out: string;
  readonly threads?: number;
  readonly json?: true;
  /** The teacher's weight file. */
  readonly teacher?: string;
}

/**
 * Trains one stage in its folder under `out`, with a progress line; prints what came of it.
 * @param place name of the folder and what the stage is called; default: `teacher` or `student`
 * @returns the path of the model
 */
export async function runStage(
  config: TrainConfig,
  stage: StageName,
  { out, threads, json, teacher }: TrainRunOptions,
  { signal }: CommandContext,
  { folder = stage, title = folder }: { readonly folder?: string; readonly title?: string } = {},
): Promise<string> {
  const line = createProgressLine();
  const print = (result: unknown, text: string): void => {
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
  };
  const onProgress = (progress: RunProgress): void => {
    line.show(progressText({ ...progress, stage: title }));
    if (json) print({ stage: title, ...progress.record }, "");
  };
  line.show(`${title}: preparing the training graph`);
  const where = join(out, folder);
  const state = await trainStage(config, stage, {
    ...{ folder: where, signal, onProgress },
    ...(teacher !== undefined && { teacher }),
    ...(threads !== undefined && { session: { threads } }),
  })
    .catch((error: unknown) => {
      if (signal.aborted) process.stderr.write("\nStopped. The same command goes on from here.\n");
      throw error;
    })
    .finally(() => line.clear());
  const model = join(where, STAGE_FILES.model);
  const { best } = state;
  print(
    { stage: title, model, steps: state.step, ...(best && { best }) },
    `${title}: ${state.step} steps -> ${model}${best ? ` (best ${config.best} ${best.value.toFixed(4)} at step ${best.step})` : ""}\n`,
  );
  return model;
}
