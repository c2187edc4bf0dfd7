import { join } from "node:path";
import { proceduralScene } from "../data/procedural/scene.ts";
import { loadModel } from "../depth/load-model.node.ts";
import { parseTrainConfig, type TrainConfig, type TrainConfigInput } from "../train/config/train-config.ts";
import { trainableNetwork } from "../train/network/trainable-network.ts";
import { STAGE_FILES } from "../train/run/stage-state.node.ts";
import { readMetrics } from "../train/watch/read-metrics.node.ts";
import { DepthError } from "../util/errors.ts";
import { textTable } from "../util/text-table.ts";
import type { CommandContext } from "./command-context.ts";
import { SIDE_BY_SIDE } from "./plan-outputs.ts";
import { withChanges } from "./train-config-file.ts";
import { runStage, type TrainRunOptions } from "./train-run.ts";
import { writeOutputs } from "./write-outputs.ts";

const SCENES = { type: "procedural", width: 128, height: 96 } as const;
const STAGE = { learningRate: { encoder: 3e-4, decoder: 2e-3 }, warmupSteps: 5, averageDecay: 0.98 } as const;

/** Both stages on invented scenes: few with their depth, many without. */
const DEMO: TrainConfigInput = {
  ...{ seed: 1, width: 128, height: 96, checkpointEvery: 50, sampleEvery: 50 },
  labelled: [{ spec: { ...SCENES, count: 12, seed: 101 } }],
  unlabelled: [{ spec: { ...SCENES, count: 500, seed: 201 } }],
  validation: [{ spec: { ...SCENES, count: 48, seed: 999 } }],
  teacher: { ...STAGE, steps: 300, batchSize: 6 },
  student: { ...STAGE, steps: 150, labelledBatch: 2, unlabelledBatch: 4 },
};

/** Folder of the student that sees no unlabelled pictures. */
const LABELLED_ONLY = "labelled-only";
/** A scene of no set above. */
const UNSEEN_SEED = 20_240_101;

/**
 * `depth-anything train --demo`: the teacher, a student of labelled pictures alone, and the student of the method; what each
 * scores on scenes that none has seen; and one such scene.
 */
export async function runDemo(
  options: TrainRunOptions & { readonly steps?: number },
  context: CommandContext,
): Promise<void> {
  const { out, json } = options;
  const config = parseTrainConfig(withChanges(await withEncoder(DEMO), options, ["teacher", "student"]), "The demo");
  const teacher = await runStage(config, "teacher", options, context);
  await runStage(labelledOnly(config), "student", options, context, { folder: LABELLED_ONLY });
  const model = await runStage(config, "student", { ...options, teacher }, context);
  const rows = await Promise.all(["teacher", LABELLED_ONLY, "student"].map((name) => scoreOf(join(out, name), name)));
  const picture = join(out, "unseen-scene.png");
  await showUnseenScene(model, picture, Math.min(config.width, config.height), context);
  const head = ["48 UNSEEN SCENES", "δ1", "AbsRel"];
  const table = textTable([
    head,
    ...rows.map(({ name, delta1, absRel }) => [name, delta1.toFixed(3), absRel.toFixed(3)]),
  ]);
  process.stdout.write(
    json
      ? `${JSON.stringify({ scores: rows, picture })}\n`
      : `\n${table}\nA scene it has never seen, and its depth -> ${picture}\n`,
  );
}

/** The same student without unlabelled pictures, but with as many pictures a step. */
function labelledOnly(config: TrainConfig): TrainConfig {
  const student = config.student as NonNullable<TrainConfig["student"]>;
  const labelledBatch = student.labelledBatch + student.unlabelledBatch;
  return { ...config, student: { ...student, labelledBatch, unlabelledBatch: 0 } };
}

/** The configuration with random encoders where the package of the pre-trained one is not installed. */
async function withEncoder(config: TrainConfigInput): Promise<TrainConfigInput> {
  try {
    await trainableNetwork("nano").pretrainedEncoder?.();
    return config;
  } catch (error) {
    if (!(error instanceof DepthError && error.code === "not-found")) throw error;
    process.stderr.write(`note: the encoders start from random values. ${error.message}\n`);
    return withChanges(config, { encoder: "random" }, ["teacher", "student"]) as TrainConfigInput;
  }
}

async function scoreOf(folder: string, name: string) {
  const last = (await readMetrics(join(folder, STAGE_FILES.metrics))).validations.at(-1);
  return { name, delta1: last?.metrics.delta1 ?? Number.NaN, absRel: last?.metrics.absRel ?? Number.NaN };
}

/** Writes a scene that was not trained on beside the depth that the model sees in it. */
async function showUnseenScene(weights: string, picture: string, inputSize: number, { signal }: CommandContext) {
  const { image } = proceduralScene(UNSEEN_SEED, { width: 512, height: 384, kinds: ["room"] });
  const model = await loadModel("nano", { weights, signal });
  try {
    // The size it was trained at: a network this young knows no other.
    const depth = await model.estimate(image, { inputSize, signal });
    await writeOutputs(image, depth, [{ path: picture, content: SIDE_BY_SIDE }]);
  } finally {
    await model.dispose();
  }
}
