import { openBuildings, openStreets } from "./disparity-folders.node.ts";
import { openNyuv2Dev, openNyuv2Train } from "./nyuv2.node.ts";
import { type ProceduralOptions, proceduralDataset } from "./procedural/scene.ts";
import type { Dataset } from "./sample.ts";

/** A dataset described by plain data, so that it can be sent to a worker or written in a file. */
export type DatasetSpec =
  | { readonly type: "nyuv2-train" | "nyuv2-dev"; readonly folder: string }
  | { readonly type: "streets" | "buildings"; readonly folder: string; readonly assignSky?: boolean }
  | ({ readonly type: "procedural"; readonly count: number; readonly seed: number } & ProceduralOptions);

/**
 * Opens the dataset a description stands for.
 * @throws DepthError `not-found` or `bad-file` naming what is wrong with a folder.
 */
export async function openDataset(spec: DatasetSpec): Promise<Dataset> {
  switch (spec.type) {
    case "nyuv2-train":
      return openNyuv2Train(spec.folder);
    case "nyuv2-dev":
      return openNyuv2Dev(spec.folder);
    case "streets":
      return openStreets(spec.folder, spec);
    case "buildings":
      return openBuildings(spec.folder, spec);
    case "procedural":
      return proceduralDataset(spec.count, spec.seed, spec);
  }
}
