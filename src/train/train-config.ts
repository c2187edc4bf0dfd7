import * as z from "zod";
import type { DatasetSpec } from "../data/open-dataset.node.ts";
import { DepthError } from "../util/errors.ts";

const count = z.int().min(1);
const share = z.number().min(0).max(1);
const folder = z.string().min(1);

const datasetSpec = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["nyuv2-train", "nyuv2-dev"]), folder }),
  z.strictObject({ type: z.enum(["streets", "buildings"]), folder, assignSky: z.boolean().optional() }),
  z.strictObject({
    type: z.literal("procedural"),
    count,
    seed: z.int(),
    width: count.optional(),
    height: count.optional(),
  }),
]);

const schema = z.strictObject({
  /** The network to train. */
  model: z.literal("nano"),
  /** The mixture: pictures are drawn from the datasets in proportion to their weights. */
  datasets: z.array(z.strictObject({ spec: datasetSpec, weight: z.number().min(0) })).min(1),
  /** Size of the training pictures in pixels, multiples of 32. */
  width: z.int().multipleOf(32).min(32),
  height: z.int().multipleOf(32).min(32),
  batchSize: count,
  steps: count,
  /** Everything random follows from it. */
  seed: z.int(),
  /** Peak rates of the pre-trained encoder and the new decoder. */
  learningRate: z.strictObject({ encoder: z.number().min(0), decoder: z.number().min(0) }),
  /** Steps of linear rise to the peak, before the linear decay to 0 at the last step. */
  warmupSteps: z.int().min(0).default(0),
  /** Of weights; biases are not decayed. */
  weightDecay: z.number().min(0).default(0.01),
  /** Gradients longer than this are shortened to it. */
  clipNorm: z.number().positive().default(1),
  /** Decay of the running average of the weights, which is what is kept in the end; 0 keeps the last weights. */
  averageDecay: share.default(0),
  /** Parameters whose names start with one of these keep their values. */
  freeze: z.array(z.string()).default([]),
  /** Weight of the gradient-matching loss beside the affine-invariant one. */
  gradientLossWeight: z.number().min(0).default(0),
  /** Random views: height of the crop as a share of the largest, and strength of the colour changes. */
  augment: z
    .strictObject({ scale: z.tuple([share, share]).default([0.6, 1]), colour: z.number().min(0).default(1) })
    .prefault({}),
  /** Threads that prepare pictures. */
  workers: count.default(1),
  /** Steps between checkpoints. */
  checkpointEvery: count.default(200),
});

/** Everything that decides the result of a training run; it is kept inside every checkpoint. */
export type TrainConfig = z.output<typeof schema>;

/** A training configuration as written, with defaults left out. */
export type TrainConfigInput = z.input<typeof schema>;

/** Checks a configuration. @throws DepthError `bad-argument` that lists every wrong field of `name`. */
export function parseTrainConfig(json: unknown, name: string): TrainConfig {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new DepthError("bad-argument", `${name} is not a training configuration:\n${z.prettifyError(result.error)}`);
}

/** The specs of the configuration in the loader's type. */
export const datasetSpecs = (config: TrainConfig): readonly { spec: DatasetSpec; weight: number }[] =>
  config.datasets as readonly { spec: DatasetSpec; weight: number }[];
