import { join } from "node:path";
import { proceduralScene } from "../data/procedural/scene.ts";
import { loadModel, NANO_WEIGHTS } from "../depth/load-model.node.ts";
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

/** Sizes of a demonstration. */
export interface DemoOptions {
  /** Of the student's pictures; the teacher works at twice the size. */
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly teacherSteps: number;
  readonly studentSteps: number;
}

/** Scenes to score on. */
const UNSEEN = 48;
/** Random views, and colours and blur for pictures far smaller than the paper's. */
const VIEW = { scale: [0.7, 1] as [number, number] };
const PERTURBATION = { colour: 0.5, blur: 0.3, blurSigmaPx: [0.1, 0.7] as [number, number] };

/**
 * Both stages on invented scenes: 4 with their depth, 400 without. As the paper's teacher is a larger network than its
 * student, this one has an advantage too: it starts from the bundled model and sees twice the size. The student starts
 * from the encoder's picture classification alone.
 */
export function demoConfig({ width, height, seed, teacherSteps, studentSteps }: DemoOptions): TrainConfigInput {
  const scenes = (count: number, from: number) => [
    { spec: { type: "procedural" as const, width, height, count, seed: from } },
  ];
  const learning = { warmupSteps: 5, averageDecay: 0.98, augment: VIEW };
  return {
    ...{ seed, width, height, checkpointEvery: 50, sampleEvery: 30 },
    labelled: scenes(4, 100 + seed),
    unlabelled: scenes(400, 200 + seed),
    validation: scenes(UNSEEN, 999),
    teacher: {
      ...{ ...learning, encoder: NANO_WEIGHTS, decoder: NANO_WEIGHTS, width: 2 * width, height: 2 * height },
      ...{ steps: teacherSteps, batchSize: 4, learningRate: { encoder: 2e-5, decoder: 1e-4 } },
    },
    student: {
      ...{ ...learning, steps: studentSteps, labelledBatch: 2, unlabelledBatch: 4 },
      ...{ learningRate: { encoder: 3e-4, decoder: 2e-3 }, unlabelledView: VIEW, perturbation: PERTURBATION },
    },
  };
}

const DEMO = demoConfig({ width: 160, height: 128, seed: 1, teacherSteps: 30, studentSteps: 150 });

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
  const head = [`${UNSEEN} UNSEEN SCENES`, "δ1", "AbsRel"];
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
export function labelledOnly(config: TrainConfig): TrainConfig {
  const student = config.student as NonNullable<TrainConfig["student"]>;
  const labelledBatch = student.labelledBatch + student.unlabelledBatch;
  return { ...config, student: { ...student, labelledBatch, unlabelledBatch: 0 } };
}

/** The configuration with a random encoder of the student where the package of the pre-trained one is not installed. */
async function withEncoder(config: TrainConfigInput): Promise<TrainConfigInput> {
  try {
    await trainableNetwork("nano").pretrainedEncoder?.();
    return config;
  } catch (error) {
    if (!(error instanceof DepthError && error.code === "not-found")) throw error;
    process.stderr.write(`note: the student's encoder starts from random values. ${error.message}\n`);
    return withChanges(config, { encoder: "random" }, ["student"]) as TrainConfigInput;
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
