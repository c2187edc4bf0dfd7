import type { Dataset, DepthSample } from "../data/sample.ts";
import { DepthError } from "../util/errors.ts";
import { meanMetrics } from "./depth-metrics.ts";
import type { Evaluation, ImageScore } from "./evaluation.ts";
import type { Predictor } from "./predictors/predictor.ts";
import type { Protocol } from "./protocol.ts";

/** A dataset and what the evaluation says and checks of it. */
export interface EvalTarget<S = DepthSample> {
  readonly dataset: Dataset<S>;
  /** Type in the registry, or `procedural`. */
  readonly type: string;
  readonly folder?: string;
  /** The median depth of a picture lies between these, or its unit was misread. */
  readonly medianMetres?: readonly [low: number, high: number];
}

/**
 * Numbers of the samples a protocol asks for.
 * @param limit only the first so many samples
 * @throws DepthError `bad-argument` for an alignment per sequence of a dataset without clips
 */
export function framesToScore<S>(
  dataset: Dataset<S>,
  { maxFrames, alignment }: Protocol,
  limit = dataset.length,
): readonly number[] {
  if (alignment.per === "sequence" && dataset.sequenceOf === undefined)
    throw new DepthError(
      "bad-argument",
      `Dataset ${dataset.name} has no clips; align per image instead of per sequence.`,
    );
  const seen = new Map<string, number>();
  const indices = Array.from({ length: Math.min(limit, dataset.length) }, (_, index) => index);
  if (maxFrames === null || dataset.sequenceOf === undefined) return indices;
  return indices.filter((index) => {
    const sequence = dataset.sequenceOf?.(index) ?? "";
    const count = (seen.get(sequence) ?? 0) + 1;
    seen.set(sequence, count);
    return count <= maxFrames;
  });
}

/**
 * Refuses to read the values of a relative model as metres.
 * @throws DepthError `bad-argument` for a disparity predictor without alignment
 */
export function checkComparable({ name, kind }: Predictor, { alignment, name: protocol }: Protocol): void {
  if (kind === "metric" || alignment.method !== "none") return;
  throw new DepthError(
    "bad-argument",
    `${name} gives disparity up to scale and shift, which protocol ${protocol} would read as metres without fitting it. ` +
      "Use a metric model, or an alignment such as least-squares (protocol midas).",
  );
}

/** A protocol with the model's own size and upsampling spelled out, so that a result says what was done. */
export function explicitProtocol(protocol: Protocol, { defaults }: Predictor): Protocol {
  if (defaults === undefined) return protocol;
  const { resize, upsample } = protocol;
  const { inputSize: target, maxInputSide: maxSide } = defaults;
  const keepsAspect = resize.rule === "official" || resize.rule === "hf";
  const own = resize.target === "model" && { target, ...(keepsAspect && maxSide !== undefined && { maxSide }) };
  return {
    ...protocol,
    resize: { ...resize, ...own },
    upsample: upsample === "model" ? defaults.upsample : upsample,
  };
}

/** An evaluation of what was scored. */
export function summarise<S>(
  { name, kind, summary, parameters }: Predictor,
  { dataset, type, folder }: EvalTarget<S>,
  protocol: Protocol,
  images: readonly ImageScore[],
  profile: Evaluation["profile"],
): Evaluation {
  const scored = images.filter(({ metrics }) => metrics !== undefined).length;
  return {
    predictor: { name, kind, summary, ...(parameters !== undefined && { parameters }) },
    dataset: {
      ...{ type, name: dataset.name, summary: dataset.summary, length: dataset.length },
      ...(folder !== undefined && { folder }),
    },
    protocol,
    mean: meanMetrics(images.map(({ metrics }) => metrics)) ?? {},
    scored,
    leftOut: images.length - scored,
    images,
    profile,
  };
}
