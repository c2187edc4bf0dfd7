import * as z from "zod";
import { checkDatasetOptions, DATASETS } from "../../data/dataset-registry.node.ts";
import type { DatasetSpec } from "../../data/open-dataset.node.ts";
import { BUILDERS, type SceneKind } from "../../data/procedural/scene.ts";
import { TRUTH_ENCODINGS, type TruthEncodingName } from "../../data/truth/truth-encoding.ts";
import { messageOf } from "../../util/errors.ts";
import type { UnlabelledSpec } from "../examples/picture-source.node.ts";

const text = z.string().min(1);
const count = z.int().min(1);

const withDepth = DATASETS.filter(({ truth }) => truth !== "point-pairs");

const procedural = z.strictObject({
  type: z.literal("procedural"),
  count,
  seed: z.int(),
  width: count.exactOptional(),
  height: count.exactOptional(),
  kinds: z
    .array(z.enum(Object.keys(BUILDERS) as [SceneKind, ...SceneKind[]]))
    .min(1)
    .exactOptional(),
});

const inFolder = z
  .strictObject({
    type: z.enum(withDepth.map(({ type }) => type)),
    folder: text,
    assignSky: z.boolean().exactOptional(),
    pass: z.enum(["clean", "final"]).exactOptional(),
    split: text.exactOptional(),
    list: text.exactOptional(),
    images: text.exactOptional(),
    truth: text.exactOptional(),
    encoding: z.enum(Object.keys(TRUTH_ENCODINGS) as [TruthEncodingName]).exactOptional(),
    minConfidence: z.number().min(0).max(1).exactOptional(),
  })
  .superRefine(({ type, folder: _, ...options }, context) => {
    const row = withDepth.find((candidate) => candidate.type === type);
    if (row === undefined) return;
    try {
      checkDatasetOptions(row, options);
    } catch (error) {
      context.addIssue({ code: "custom", message: messageOf(error) });
    }
  });

/** A dataset with depth maps: procedural scenes, or any type of the dataset registry with the options it takes. */
export const datasetSpecSchema: z.ZodType<DatasetSpec> = z.discriminatedUnion("type", [procedural, inFolder]);

/** Pictures without depth, or a dataset whose depth is passed over. */
export const unlabelledSpecSchema: z.ZodType<UnlabelledSpec> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("photos"), folder: text }),
  procedural,
  inFolder,
]);
