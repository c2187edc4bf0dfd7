import { join } from "node:path";
import { proceduralScene } from "../data/procedural/scene.ts";
import { loadModel } from "../depth/load-model.node.ts";
import { parseTrainConfig, type TrainConfigInput } from "../train/config/train-config.ts";
import type { CommandContext } from "./command-context.ts";
import { SIDE_BY_SIDE } from "./plan-outputs.ts";
import { runStage, type TrainRunOptions } from "./train-run.ts";
import { writeOutputs } from "./write-outputs.ts";

const SCENE = { type: "procedural", width: 160, height: 120 } as const;
const LEARN = {
  network: "nano",
  learningRate: { encoder: 3e-4, decoder: 2e-3 },
  warmupSteps: 4,
  averageDecay: 0.98,
} as const;

/** Both stages on invented scenes: few of them with their depth, many without. */
export const DEMO_CONFIG: TrainConfigInput = {
  ...{ seed: 1, width: 128, height: 96, checkpointEvery: 40 },
  labelled: [{ spec: { ...SCENE, count: 24, seed: 1 } }],
  unlabelled: [{ spec: { ...SCENE, count: 400, seed: 2 } }],
  validation: [{ spec: { ...SCENE, count: 24, seed: 20_240_101 } }],
  teacher: { ...LEARN, steps: 150, batchSize: 4 },
  student: { ...LEARN, steps: 150, labelledBatch: 2, unlabelledBatch: 4 },
};

/** A scene that no part of the demo draws: their seeds are drawn from the sets' own. */
const UNSEEN_SEED = 20_240_101;

/** `depth-anything train --demo`: teacher, student, and the student without pseudo-labels to compare it with. */
export async function runDemo(
  options: TrainRunOptions & { readonly steps?: number },
  context: CommandContext,
): Promise<void> {
  const config = parseTrainConfig(DEMO_CONFIG, "The demo");
  const teacher = await runStage(config, "teacher", options, context);
  const model = await runStage(config, "student", { ...options, teacher }, context);
  const picture = join(options.out, "unseen-scene.png");
  await showUnseenScene(model, picture, context);
  if (!options.json) process.stdout.write(`a scene it has never seen, and its depth -> ${picture}\n`);
}

/** Writes a scene that was not trained on beside the depth that the model sees in it. */
async function showUnseenScene(weights: string, picture: string, { signal }: CommandContext): Promise<void> {
  const { image } = proceduralScene(UNSEEN_SEED, { width: 512, height: 384, kinds: ["room"] });
  const model = await loadModel("nano", { weights, signal });
  try {
    // The size it was trained at: a network this young knows no other.
    const depth = await model.estimate(image, { inputSize: 96, signal });
    await writeOutputs(image, depth, [{ path: picture, content: SIDE_BY_SIDE }]);
  } finally {
    await model.dispose();
  }
}
