import type { DatasetSpec } from "../../data/open-dataset.node.ts";
import type { Size } from "../../image/resize-rule.ts";
import { createRandom } from "../../util/random.ts";
import type { AugmentOptions } from "./augment.ts";
import type { SkippedPicture } from "./bad-pictures.ts";
import { type LoadingOptions, loadExamples } from "./example-pool.ts";
import type { UnlabelledSpec } from "./picture-source.node.ts";
import type { BatchSize } from "./size-in-turn.ts";
import type { StrongOptions } from "./unlabelled-example.ts";
import type { ViewOptions } from "./view.ts";

/** A dataset's part in a mixture. */
export interface MixtureEntry<Spec> {
  readonly spec: Spec;
  /** Its share of the draws, in proportion to the others'. Default: its number of pictures (paper: no re-balancing). */
  readonly weight?: number;
}

/** What to load and how. */
export interface LoaderOptions extends LoadingOptions {
  readonly datasets: readonly MixtureEntry<DatasetSpec>[];
  /** Sizes of the examples, which the steps take in turn. */
  readonly sizes: readonly BatchSize[];
  /** Strength of the changes. Default: the paper's views. */
  readonly augment?: Omit<AugmentOptions, keyof Size>;
}

/** The labelled examples of one step. */
export interface Batch {
  readonly step: number;
  /** [batchSize, 3, height, width], as `Example.pixels`. */
  readonly pixels: Float32Array;
  /** [batchSize, height, width], as `Example.target`. */
  readonly target: Float32Array;
  /** [batchSize, height, width], as `Example.mask`. */
  readonly mask: Float32Array;
  /** Where each example came from. */
  readonly sources: readonly string[];
  /** Pictures that could not be used, in whose place others are. */
  readonly skipped: readonly SkippedPicture[];
}

/** What unlabelled pictures to load and how. */
export interface UnlabelledOptions extends LoadingOptions {
  readonly datasets: readonly MixtureEntry<UnlabelledSpec>[];
  /** Sizes of the examples, which the steps take in turn. */
  readonly sizes: readonly Size[];
  /** Teacher and student see the same view. Default: the paper's. */
  readonly view?: Omit<ViewOptions, keyof Size>;
  /** The student's perturbation. */
  readonly strong?: StrongOptions;
  /** Take targets from the sets' own maps: shards of `depth-anything label`. Default false: the teacher makes them. */
  readonly withTargets?: boolean;
  /** Photos of more pixels count as bad. Default 100 million. */
  readonly maxPixels?: number;
}

/** The unlabelled examples of one step. */
export interface UnlabelledBatch {
  readonly step: number;
  /** [batchSize, 3, height, width], normalised as `Example.pixels`: crop and mirror alone; for the teacher. */
  readonly clean: Float32Array;
  /** [batchSize, 3, height, width]: the same views with colours distorted and blurred; for the student. */
  readonly strong: Float32Array;
  /** [batchSize, height, width], as `Example.target`; only `withTargets`. */
  readonly target?: Float32Array;
  /** [batchSize, height, width], as `Example.mask`; only `withTargets`. */
  readonly mask?: Float32Array;
  /** Where each example came from. */
  readonly sources: readonly string[];
  /** Pictures that could not be used, in whose place others are. */
  readonly skipped: readonly SkippedPicture[];
}

/** Keeps the random numbers of unlabelled examples apart from those of labelled ones of the same seed. */
const UNLABELLED = 0x0b1e;

/**
 * Labelled batches in the order of their steps, made in worker threads while the caller computes. Leaving the `for await`
 * loop, or `return()`, stops the workers. Examples hang on (seed, number of the draw) alone.
 * @throws DepthError `not-found` or `bad-file` when a dataset cannot be opened or too many of its pictures are bad;
 *   `bad-argument`; `aborted`
 */
export async function* loadBatches(options: LoaderOptions): AsyncGenerator<Batch, void> {
  const { datasets, augment = {}, seed, sizes } = options;
  const specs = datasets.map(({ spec }) => spec);
  const weights = datasets.map(({ weight }) => weight);
  const recipe = { kind: "labelled" as const, specs, augment, seed, sizes };
  for await (const { planes, ...batch } of loadExamples(recipe, weights, options))
    yield { ...batch, ...(planes as Pick<Batch, "pixels" | "target" | "mask">) };
}

/**
 * Unlabelled batches, as `loadBatches` in every way; of the same seed both draw different random numbers.
 * @throws DepthError as `loadBatches`
 */
export async function* loadUnlabelled(options: UnlabelledOptions): AsyncGenerator<UnlabelledBatch, void> {
  const { datasets, view = {}, strong = {}, withTargets = false, maxPixels } = options;
  const specs = datasets.map(({ spec }) => spec);
  const weights = datasets.map(({ weight }) => weight);
  const seed = createRandom(options.seed, UNLABELLED).int(2 ** 31);
  // Weights of a size are those of the labelled datasets.
  const sizes = options.sizes.map(({ width, height }) => ({ width, height }));
  const recipe = { kind: "unlabelled" as const, specs, view, strong, withTargets, seed, sizes };
  const examples = loadExamples({ ...recipe, ...(maxPixels !== undefined && { maxPixels }) }, weights, options);
  for await (const { planes, ...batch } of examples)
    yield { ...batch, ...(planes as Pick<UnlabelledBatch, "clean" | "strong" | "target" | "mask">) };
}
