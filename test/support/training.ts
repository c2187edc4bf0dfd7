import type { TrainConfig, TrainConfigInput } from "../../src/train/config/train-config.ts";
import { parseTrainConfig } from "../../src/train/config/train-config.ts";

/** A stage of a tiny run. */
const STAGE = {
  steps: 6,
  averageDecay: 0.9,
  learningRate: { encoder: 1e-3, decoder: 1e-3 },
} as const;
const SCENES = { type: "procedural", width: 64, height: 64 } as const;

/** Both stages of Nano on a handful of tiny scenes, a second or so each. */
export const TINY_RUN: TrainConfigInput = {
  ...{ seed: 5, width: 64, height: 32, checkpointEvery: 2, validateEvery: 3 },
  labelled: [{ spec: { ...SCENES, count: 8, seed: 3 } }],
  unlabelled: [{ spec: { ...SCENES, count: 8, seed: 4 } }],
  validation: [{ spec: { ...SCENES, count: 2, seed: 6 } }],
  teacher: { ...STAGE, batchSize: 2, losses: { affineInvariant: 1, gradientMatching: 0.5 } },
  student: { ...STAGE, labelledBatch: 1, unlabelledBatch: 2 },
};

/** `TINY_RUN` with changes to the whole and to each of its stages. */
export function tinyRun(
  changes: Partial<TrainConfigInput> = {},
  stages: { teacher?: object; student?: object } = {},
): TrainConfig {
  const { teacher, student } = TINY_RUN;
  const input = { ...TINY_RUN, teacher: { ...teacher, ...stages.teacher }, student: { ...student, ...stages.student } };
  return parseTrainConfig({ ...input, ...changes }, "test");
}
