import { MODELS } from "../../models/registry.ts";
import { DepthError } from "../../util/errors.ts";
import type { StageName, TrainConfig } from "../config/train-config.ts";
import type { BatchSize } from "../examples/size-in-turn.ts";
import type { DepthLossName } from "../losses/depth-losses.ts";
import { type TrainableNetwork, trainableNetwork } from "../network/trainable-network.ts";

/** Losses that compare depth in metres; the others compare disparity. */
const METRIC_LOSSES: ReadonlySet<string> = new Set<DepthLossName>(["siLog", "zoeSiLog", "gradL1"]);

type Teacher = NonNullable<TrainConfig["teacher"]>;
type Student = NonNullable<TrainConfig["student"]>;

/** One stage of a configuration with its networks found and its sizes checked. */
export interface StagePlan {
  readonly name: StageName;
  readonly config: TrainConfig;
  /** What both kinds of stage have. */
  readonly stage: Teacher | Student;
  readonly network: TrainableNetwork;
  /** Sizes of its pictures, which batches take in turn. */
  readonly sizes: readonly BatchSize[];
  /** Decides the random ones of the starting weights: each stage starts anew (paper: the student is re-initialised). */
  readonly startSeed: number;
  /** How far a metric network sees; its targets are metres. Absent for networks that give disparity. */
  readonly maxMetres?: number;
  /** Labelled pictures of a batch. */
  readonly labelled: number;
  /** Unlabelled pictures of a batch, how they are made and used; absent when there are none. */
  readonly unlabelled?: {
    readonly count: number;
    readonly sets: NonNullable<TrainConfig["unlabelled"]>;
    readonly student: Student;
    /** The network that labels and the sizes it was trained at; absent when files hold the labels. */
    readonly teacher?: { readonly network: TrainableNetwork; readonly sizes: readonly BatchSize[] };
  };
}

/**
 * Looks at a configuration as the plan of one stage.
 * @throws DepthError `bad-argument` for a stage that it does not describe, an unknown network, sizes that do not fit it.
 */
export function planStage(config: TrainConfig, name: StageName): StagePlan {
  if (name === "teacher") {
    const stage = stageOf(config, "teacher");
    return { name, config, stage, ...sized(config, stage), labelled: stage.batchSize, startSeed: config.seed };
  }
  const stage = stageOf(config, "student");
  const startSeed = config.seed + 1;
  const plan = { name, config, stage, ...sized(config, stage), labelled: stage.labelledBatch, startSeed };
  if (stage.labelledBatch + stage.unlabelledBatch === 0)
    throw new DepthError(
      "bad-argument",
      "The student has batches of no pictures: raise labelledBatch or unlabelledBatch.",
    );
  if (stage.unlabelledBatch === 0) return plan;
  if (plan.maxMetres !== undefined)
    throw new DepthError(
      "bad-argument",
      `Network ${plan.network.name} gives metres, which a teacher's labels do not: set unlabelledBatch to 0.`,
    );
  if (config.unlabelled === undefined)
    throw new DepthError(
      "bad-argument",
      "The student wants unlabelled pictures, but the configuration names none: add `unlabelled`, or set unlabelledBatch to 0.",
    );
  return {
    ...plan,
    unlabelled: {
      ...{ count: stage.unlabelledBatch, sets: config.unlabelled, student: stage },
      ...(stage.labels === "teacher" && { teacher: sized(config, stageOf(config, "teacher")) }),
    },
  };
}

function stageOf<S extends StageName>(config: TrainConfig, name: S): NonNullable<TrainConfig[S]> {
  const stage = config[name];
  if (stage !== undefined) return stage as NonNullable<TrainConfig[S]>;
  throw new DepthError("bad-argument", `The configuration describes no ${name}.`);
}

function sized(config: TrainConfig, stage: Teacher | Student) {
  const network = trainableNetwork(stage.network);
  const { width = config.width, height = config.height, sizes = [{ width, height }] } = stage;
  if (stage.sizes !== undefined && (stage.width !== undefined || stage.height !== undefined))
    throw new DepthError("bad-argument", "A stage has either `sizes` or `width` and `height`; take one of them out.");
  for (const [side, value] of sizes.flatMap(({ width, height }) => Object.entries({ width, height })))
    if (value % network.multiple !== 0)
      throw new DepthError(
        "bad-argument",
        `Network ${network.name} needs sides that are multiples of ${network.multiple}; the ${side} is ${value}.`,
      );
  const row = MODELS.find(({ id }) => id === network.name);
  const maxMetres = row && "maxDepthMetres" in row ? row.maxDepthMetres : undefined;
  for (const { weights } of sizes)
    if (weights !== undefined && weights.length !== config.labelled.length)
      throw new DepthError(
        "bad-argument",
        `A size of the stage has ${weights.length} weights; expected one for each of the ${config.labelled.length} labelled datasets.`,
      );
  checkLosses(network, stage.losses);
  return { network, sizes, ...(maxMetres !== undefined && { maxMetres }) };
}

function checkLosses({ name, kind }: TrainableNetwork, losses: Teacher["losses"]): void {
  const wrong = Object.keys(losses).find((loss) => METRIC_LOSSES.has(loss) !== (kind === "metric"));
  if (wrong !== undefined)
    throw new DepthError(
      "bad-argument",
      `Network ${name} gives ${kind === "metric" ? "metres" : "disparity"}; loss ${wrong} does not compare such maps. ` +
        `Losses for metres: ${[...METRIC_LOSSES].join(", ")}.`,
    );
}
