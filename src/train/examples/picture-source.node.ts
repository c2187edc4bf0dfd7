import { basename, resolve } from "node:path";
import { fileDataset, nothingFound } from "../../data/file-dataset.node.ts";
import { type DatasetSpec, openDataset } from "../../data/open-dataset.node.ts";
import type { Dataset, DepthTruth } from "../../data/sample.ts";
import { readImageCovering } from "../../image/codec.node.ts";
import type { Image } from "../../image/image.ts";
import type { Size } from "../../image/resize-rule.ts";
import type { LabelInput } from "../../label/input/label-input.ts";
import { listInputs } from "../../label/input/list-inputs.node.ts";
import { readInput } from "../../label/input/read-input.node.ts";
import { DepthError } from "../../util/errors.ts";

/** Photos without any truth: what `depth-anything label` would take of the same path. */
export interface PhotosSpec {
  readonly type: "photos";
  /** A folder (with its subfolders and the tar shards in them), a glob pattern, a shard or a list of paths (`.txt`). */
  readonly folder: string;
}

/** Where unlabelled pictures come from: photos, or any dataset, whose truth is passed over. */
export type UnlabelledSpec = PhotosSpec | DatasetSpec;

/** A picture, with its truth where that is wanted. */
export interface PictureSample {
  readonly image: Image;
  readonly truth?: DepthTruth;
  readonly dataset: string;
  readonly source: string;
}

/** How pictures are opened. */
export interface PictureOptions {
  /** Photos are kept no larger than what still covers this size. */
  readonly cover: Size;
  /** The sets' own maps come along. Photos have none and are refused. */
  readonly withTargets: boolean;
  /** Photos of more pixels are bad pictures. Default 100 million. */
  readonly maxPixels?: number;
}

/** No photo's file is larger; the rest would matter to URLs only, which are refused. */
const READ_LIMITS = { maxBytes: 1e9, timeoutMs: 0, allowPrivateAddresses: false };

/** Files that stand beside the pictures in shards of labels. */
const MAP = /\.(depth|disparity|pseudo|confidence)\.png$/i;

/** Whether a description stands for photos. */
export function isPhotos(spec: UnlabelledSpec): spec is PhotosSpec {
  return spec.type === "photos";
}

/**
 * Opens unlabelled pictures.
 * @throws DepthError `not-found` or `bad-file` for a folder without pictures; `bad-argument` for a URL, or for photos
 *   when targets are wanted; whatever `openDataset` says.
 */
export async function openPictures(spec: UnlabelledSpec, options: PictureOptions): Promise<Dataset<PictureSample>> {
  if (isPhotos(spec)) return openPhotos(spec.folder, options);
  const dataset = await openDataset(spec);
  if (options.withTargets) return dataset;
  return {
    ...dataset,
    get: async (index) => {
      const { image, source } = await dataset.get(index);
      return { image, source, dataset: dataset.name };
    },
  };
}

async function openPhotos(folder: string, options: PictureOptions): Promise<Dataset<PictureSample>> {
  const { cover, withTargets, maxPixels = 1e8 } = options;
  if (withTargets)
    throw new DepthError(
      "bad-argument",
      `${folder} holds photos without depth, so no targets can come from it. ` +
        "Label it with `depth-anything label` and name the shards as a webdataset, or let the teacher label while training.",
    );
  const name = basename(resolve(folder));
  const entries: { id: string; source: string; input: LabelInput }[] = [];
  for await (const input of listInputs([folder])) {
    if (input.kind === "url")
      throw new DepthError(
        "bad-argument",
        `${input.source} is a URL; training reads files. Download the pictures first.`,
      );
    if (input.kind === "tar" && MAP.test(input.source))
      throw new DepthError(
        "bad-argument",
        `${input.source} is a map and no photo: this shard holds labels. Name the folder as a dataset of type webdataset.`,
      );
    const id = input.source.startsWith(`${name}/`) ? input.source.slice(name.length + 1) : input.source;
    entries.push({ id, source: input.kind === "file" ? input.path : input.source, input });
  }
  if (entries.length === 0) throw nothingFound(folder, "pictures");
  return fileDataset<(typeof entries)[number], PictureSample>({
    name,
    summary: "photos without depth",
    entries,
    read: async ({ input, source }) => {
      const bytes = await readInput(input, READ_LIMITS);
      return { image: await readImageCovering(bytes, cover, { source, maxPixels }) };
    },
  });
}
