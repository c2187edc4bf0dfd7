import { type DatasetSpec, openDataset } from "../../data/open-dataset.node.ts";
import type { Dataset, DepthSample } from "../../data/sample.ts";
import type { Size } from "../../image/resize-rule.ts";
import { createRandom } from "../../util/random.ts";
import { type AugmentOptions, augment } from "./augment.ts";
import { openPictures, type PictureSample, type UnlabelledSpec } from "./picture-source.node.ts";
import type { BatchSize } from "./size-in-turn.ts";
import { type StrongOptions, unlabelledExample } from "./unlabelled-example.ts";
import { checkView, type ViewOptions } from "./view.ts";

/** What examples are made of and how, as plain data for worker threads. */
export type ExampleRecipe = {
  readonly seed: number;
  /** Sizes that examples can have; batches take them in turn. */
  readonly sizes: readonly BatchSize[];
} & (
  | {
      readonly kind: "labelled";
      readonly specs: readonly DatasetSpec[];
      readonly augment: Omit<AugmentOptions, keyof Size>;
    }
  | {
      readonly kind: "unlabelled";
      readonly specs: readonly UnlabelledSpec[];
      readonly view: Omit<ViewOptions, keyof Size>;
      readonly strong: StrongOptions;
      readonly withTargets: boolean;
      readonly maxPixels?: number;
    }
);

/** Opened datasets and the way from a sample of theirs to an example. */
export interface OpenedExamples {
  readonly datasets: readonly Dataset<PictureSample>[];
  /**
   * Planes by name, each [channels, height, width]; the same draw of the same sample gives the same numbers.
   * @param size one of the recipe's
   */
  make(sample: PictureSample, draw: number, size: Size): Readonly<Record<string, Float32Array>>;
}

/**
 * Opens the datasets of a recipe.
 * @throws DepthError as `openDataset` and `openPictures`; `bad-argument` for a view that cannot be drawn
 */
export async function openExamples(recipe: ExampleRecipe): Promise<OpenedExamples> {
  const { sizes } = recipe;
  for (const size of sizes) checkView({ ...(recipe.kind === "labelled" ? recipe.augment : recipe.view), ...size });
  const randomOf = (draw: number) => createRandom(recipe.seed, draw, 0xa06);
  if (recipe.kind === "labelled")
    return {
      datasets: await Promise.all(recipe.specs.map(openDataset)),
      make: (sample, draw, size) => ({
        ...augment(sample as DepthSample, randomOf(draw), { ...recipe.augment, ...size }),
      }),
    };
  const { specs, view } = recipe;
  const { scale = [1, 1] } = view;
  // The smallest crop that can be drawn still has a pixel for each of the example's.
  const cover = {
    width: Math.ceil(Math.max(...sizes.map(({ width }) => width)) / scale[0]),
    height: Math.ceil(Math.max(...sizes.map(({ height }) => height)) / scale[0]),
  };
  return {
    datasets: await Promise.all(specs.map((spec) => openPictures(spec, { ...recipe, cover }))),
    make: (sample, draw, size) => ({
      ...unlabelledExample(sample, randomOf(draw), { ...recipe, view: { ...view, ...size } }),
    }),
  };
}
