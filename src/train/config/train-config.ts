import * as z from "zod";
import { PRESETS } from "../../eval/presets.ts";
import { DepthError } from "../../util/errors.ts";
import { datasetSpecSchema, unlabelledSpecSchema } from "./dataset-spec.ts";
import { count, every, share, studentSchema, teacherSchema, text, weight } from "./stage-config.ts";

/** Datasets and their shares of the draws; without a weight a share is as large as the dataset (paper: no re-balancing). */
const mixtureOf = <S extends z.ZodType>(spec: S) =>
  z.array(z.strictObject({ spec, weight: weight.exactOptional() })).min(1);

const validation = z.strictObject({
  spec: datasetSpecSchema,
  /** Name in the metrics. Default: the dataset's type. */
  name: text.exactOptional(),
  /** Default: the usual one for the kinds of network and truth. */
  protocol: z.enum(PRESETS).exactOptional(),
  /** Short side of the pictures the network sees. Default: that of the training pictures, of the first of several sizes. */
  inputSize: count.exactOptional(),
  /** Only the first so many pictures. Default: all. */
  limit: count.exactOptional(),
});

const schema = z.strictObject({
  /** Everything random follows from it. */
  seed: z.int(),
  /** Size of the training pictures in pixels, multiples of what the networks need (paper: 518 and 518). */
  width: count,
  height: count,
  /** The labelled mixture. */
  labelled: mixtureOf(datasetSpecSchema),
  /** The unlabelled mixture; only `labels: "files"` looks at its depth. */
  unlabelled: mixtureOf(unlabelledSpecSchema).exactOptional(),
  /** Datasets the running network is scored on; the first decides which weights are the best. */
  validation: z.array(validation).default([]),
  /** Metric of the first validation set that decides. */
  best: z.enum(["delta1", "absRel", "rmse", "silog"]).default("delta1"),
  /** Steps between validations; 0: only at the end. */
  validateEvery: every.default(0),
  /** Steps between checkpoints. */
  checkpointEvery: count.default(200),
  /** Steps between pictures of what the network sees and says; 0: none. */
  sampleEvery: every.default(0),
  /** Share of the pictures that may be unusable (others take their place) before a run stops. */
  maxBadShare: share.default(0.05),
  /** Threads that prepare pictures. */
  workers: count.default(1),
  teacher: teacherSchema.exactOptional(),
  student: studentSchema.exactOptional(),
});

/** Everything that decides the result of both stages of a training run; it is kept inside every checkpoint. */
export type TrainConfig = z.output<typeof schema>;

/** A training configuration as written, with defaults left out. */
export type TrainConfigInput = z.input<typeof schema>;

/** The two stages of the method. */
export type StageName = "teacher" | "student";

/** Checks a configuration. @throws DepthError `bad-argument` that lists every wrong field of `name`. */
export function parseTrainConfig(json: unknown, name: string): TrainConfig {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new DepthError("bad-argument", `${name} is not a training configuration:\n${z.prettifyError(result.error)}`);
}

/**
 * The part of a configuration that decides a stage's result, as text: two runs may go on with each other's checkpoints
 * exactly when it is the same. Threads, and how often something is written, do not count.
 */
export function stageIdentity(config: TrainConfig, stage: StageName): string {
  const { teacher, student, workers: _, checkpointEvery: _c, sampleEvery: _s, ...shared } = config;
  return JSON.stringify({ ...shared, stage: stage === "teacher" ? teacher : student });
}
