import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseTrainConfig, type StageName, type TrainConfig } from "../train/config/train-config.ts";
import { readCheckpoint } from "../train/run/checkpoint.node.ts";
import { hasCheckpoint, STAGE_FILES } from "../train/run/stage-state.node.ts";
import { DepthError, messageOf } from "../util/errors.ts";

/** Which configuration, and what of it is changed. */
export interface TrainConfigOptions {
  readonly config?: string;
  readonly out: string;
  readonly steps?: number;
  readonly init?: string;
}

/** Where under the folder of a run its checkpoints are. */
export interface RunPlace {
  readonly folders: readonly string[];
  /** What to give where there is no run. */
  readonly hint: string;
}

const STAGE_FOLDERS: RunPlace = {
  folders: ["student", "teacher"],
  hint: "Give --config file.json, or --demo for a first try.",
};

/**
 * The configuration that was asked for, else that of the run in the folder.
 * @param stages what the command trains; `--steps` and `--init` hold for them
 * @param place where under `out` a run may be, and what to do where there is none
 * @throws DepthError `bad-argument` for a file that is no configuration, or when there is nothing to go on with
 */
export async function configOf(
  options: TrainConfigOptions,
  stages: readonly StageName[],
  { folders, hint }: RunPlace = STAGE_FOLDERS,
): Promise<TrainConfig> {
  const { config, out } = options;
  if (config !== undefined) return parseTrainConfig(withChanges(await readJson(config), options, stages), config);
  for (const name of folders) {
    const folder = join(out, name);
    if (await hasCheckpoint(folder)) {
      const kept = (await readCheckpoint(join(folder, STAGE_FILES.last))).config;
      return parseTrainConfig(withChanges(kept, options, stages), `The run in ${out}`);
    }
  }
  throw new DepthError("bad-argument", `There is no run in ${out} to go on with. ${hint}`);
}

/** What the command line changes of a stage. */
export interface StageChanges {
  readonly steps?: number;
  /** File of the weights to start from: encoder and decoder. */
  readonly init?: string;
  readonly encoder?: string;
}

/** A configuration with the command line's changes to some of its stages. */
export function withChanges(config: object, changes: StageChanges, stages: readonly StageName[]): object {
  const { steps, init, encoder = init } = changes;
  const fields = {
    ...(steps !== undefined && { steps }),
    ...(encoder !== undefined && { encoder }),
    ...(init !== undefined && { decoder: init }),
  };
  const given = config as Readonly<Partial<Record<StageName, object>>>;
  const changed = stages.flatMap((stage) => (given[stage] ? [[stage, { ...given[stage], ...fields }]] : []));
  return { ...config, ...Object.fromEntries(changed) };
}

async function readJson(path: string): Promise<object> {
  try {
    const json = JSON.parse(await readFile(path, "utf8")) as unknown;
    if (typeof json === "object" && json !== null) return json;
    throw new Error("it holds no object");
  } catch (error) {
    throw new DepthError("bad-argument", `Cannot read the configuration ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
