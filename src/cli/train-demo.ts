import { proceduralScene } from "../data/procedural/scene.ts";
import { loadModel } from "../depth/load-model.node.ts";
import type { TrainConfigInput } from "../train/train-config.ts";
import { SIDE_BY_SIDE } from "./plan-outputs.ts";
import { writeOutputs } from "./write-outputs.ts";

/** A training run of about a minute on two cores. */
export const DEMO_CONFIG: TrainConfigInput = {
  model: "nano",
  datasets: [{ spec: { type: "procedural", count: 400, seed: 1, width: 160, height: 120 }, weight: 1 }],
  ...{ width: 128, height: 96, batchSize: 4, steps: 120, seed: 1, checkpointEvery: 40 },
  learningRate: { encoder: 3e-4, decoder: 2e-3 },
  warmupSteps: 4,
  gradientLossWeight: 0.5,
};

/** Not a seed the training draws: its scenes come from `createRandom(1, i)`. */
const UNSEEN_SEED = 20_240_101;

/** Writes a scene that was not trained on beside the depth that the model sees in it. */
export async function showUnseenScene(
  weights: string,
  picture: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
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
