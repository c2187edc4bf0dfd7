import { type Command, Option } from "commander";
import { checkDatasetOptions, DATASETS, detectDataset, findDataset } from "../data/dataset-registry.node.ts";
import type { DatasetOptions } from "../data/dataset-row.ts";
import { proceduralClips } from "../data/procedural/clip.ts";
import { proceduralDataset } from "../data/procedural/scene.ts";
import { TRUTH_ENCODINGS } from "../data/truth/truth-encoding.ts";
import { datasetLimits } from "../eval/dataset-limits.ts";
import type { EvalTarget } from "../eval/eval-target.ts";
import type { PointPairTarget } from "../eval/evaluate-point-pairs.ts";
import type { ProtocolTarget } from "../eval/presets.ts";
import { positiveInteger } from "./model-options.ts";

/** A dataset to evaluate on. */
export type Target = ProtocolTarget &
  (
    | { readonly points: false; readonly target: EvalTarget }
    | { readonly points: true; readonly target: PointPairTarget }
  );

/** Options of `addDatasetOptions`. */
export interface DatasetCommandOptions extends DatasetOptions {
  /** How many procedural scenes or clips. */
  readonly scenes?: number;
}

/** Seed of the procedural scenes; no training configuration of this project uses it. */
const PROCEDURAL_SEED = 0xe7a1;

/** Procedural clips: how many, and frames of each. */
const CLIPS = 6;
const CLIP_FRAMES = 24;

/** Adds the options of `DatasetOptions` to a command. */
export function addDatasetOptions(command: Command): Command {
  return command
    .addOption(new Option("--pass <name>", "sintel: rendering (default: final)").choices(["clean", "final"]))
    .option("--split <name>", "diode: indoors or outdoor; virtual-kitti2: variation")
    .option("--list <file>", "kitti: Eigen list; nyuv2-mat: numbers of the pictures")
    .option("--images <pattern>", "folder: glob pattern of the pictures (default: rgb/*.{jpg,jpeg,png})")
    .option("--truth <pattern>", "folder: truth file of a picture, for example depth/{name}.png")
    .addOption(
      new Option("--encoding <name>", "folder, list, webdataset: what truth files hold").choices(
        Object.keys(TRUTH_ENCODINGS),
      ),
    )
    .option(
      "--scenes <count>",
      "procedural: how many (default: 24); procedural-clips: how many clips (default: 6)",
      positiveInteger,
    );
}

/**
 * Opens `type=folder`, a folder whose type its files show, `procedural` or `procedural-clips`.
 * @throws DepthError as `detectDataset` and the readers do
 */
export async function openTarget(argument: string, options: DatasetCommandOptions): Promise<Target> {
  if (argument === "procedural") {
    const dataset = proceduralDataset(options.scenes ?? 24, PROCEDURAL_SEED, { width: 640, height: 480 });
    const type = "procedural";
    return { points: false, truth: "depth-metres", limits: datasetLimits(type), target: { dataset, type } };
  }
  if (argument === "procedural-clips") {
    const dataset = proceduralClips(options.scenes ?? CLIPS, CLIP_FRAMES, PROCEDURAL_SEED);
    return {
      points: false,
      truth: "depth-metres",
      limits: datasetLimits("procedural"),
      target: { dataset, type: argument },
    };
  }
  const named = /^([a-z0-9-]+)=(.+)$/.exec(argument);
  const folder = named?.[2] ?? argument;
  const row = named?.[1] === undefined ? await detectDataset(folder) : findDataset(named[1]);
  const { type, medianMetres } = row;
  const given = datasetOptions(options);
  checkDatasetOptions(row, given);
  const limits = datasetLimits(type);
  if (row.truth === "point-pairs") {
    const dataset = await row.open(folder, given);
    return { points: true, truth: "disparity", limits, target: { dataset, type, folder } };
  }
  const dataset = await row.open(folder, given);
  const truth = row.truth === "either" ? (await dataset.get(0)).truth.kind : row.truth;
  return { points: false, truth, limits, target: { dataset, type, folder, ...(medianMetres && { medianMetres }) } };
}

/** The types of datasets for the help text. */
export function datasetHelp(): string {
  const lines = DATASETS.map(({ type, layout }) => `  ${type.padEnd(15)} ${layout}`);
  return `\nDatasets (type=folder; the type may be left out where the files show it):\n${lines.join("\n")}\n  procedural      invented scenes, no folder\n  procedural-clips invented clips of ${CLIP_FRAMES} frames, no folder\n`;
}

/** The options of the command line that a dataset takes. */
export function datasetOptions({ pass, split, list, images, truth, encoding }: DatasetCommandOptions): DatasetOptions {
  return {
    ...(pass && { pass }),
    ...(split && { split }),
    ...(list && { list }),
    ...(images && { images }),
    ...(truth && { truth }),
    ...(encoding && { encoding }),
  };
}
