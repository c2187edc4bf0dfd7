import { readdir } from "node:fs/promises";
import { join, parse } from "node:path";
import { readImage } from "../image/codec.node.ts";
import type { Image } from "../image/image.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import type { Dataset, DepthTruth } from "./sample.ts";
import { readTruthPng } from "./truth-png.node.ts";

/** How a folder of pictures and truth maps is laid out and encoded. */
export interface PairFolderLayout {
  readonly name: string;
  readonly folder: string;
  /** Subfolder of the truth PNGs, named as the pictures in `rgb/`. */
  readonly truthFolder: string;
  readonly kind: DepthTruth["kind"];
  readonly bits: 8 | 16;
  /** What a code of the picture with this name (no extension) stands for; `NaN` for unknown. */
  readonly meaningOf: (code: number, name: string) => number;
  /** Marks sky in a truth map of this picture, in place. Default: nothing. */
  readonly markSky?: (image: Image, truth: Float32Array) => void;
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder).catch((error: unknown) => {
    throw new DepthError("not-found", `Cannot list ${folder}: ${messageOf(error)}`, { cause: error });
  });
  return entries.filter((entry) => pattern.test(entry)).sort();
}

/**
 * A dataset of `rgb/NAME.jpg|png` with `TRUTH/NAME.png`, in the order of their names.
 * @throws DepthError `not-found` for a missing folder, `bad-file` for an empty one or a picture without truth.
 */
export async function openPairFolder(layout: PairFolderLayout): Promise<Dataset> {
  const { name: dataset, folder, truthFolder, kind, bits } = layout;
  const pictures = await namesIn(join(folder, "rgb"), /\.(jpe?g|png)$/i);
  const truths = new Set(await namesIn(join(folder, truthFolder), /\.png$/));
  if (pictures.length === 0) {
    throw new DepthError("bad-file", `${join(folder, "rgb")} holds no .jpg or .png pictures.`);
  }
  for (const picture of pictures) {
    const partner = `${parse(picture).name}.png`;
    if (!truths.has(partner)) {
      throw new DepthError(
        "bad-file",
        `${join(folder, "rgb", picture)} has no partner ${join(folder, truthFolder, partner)}; add it or remove the picture.`,
      );
    }
  }
  return {
    name: dataset,
    length: pictures.length,
    get: async (index) => {
      const picture = pictures[index];
      if (picture === undefined) {
        throw new DepthError(
          "bad-argument",
          `${dataset} holds ${pictures.length} samples; number ${index} is not one.`,
        );
      }
      const source = join(folder, "rgb", picture);
      const { name } = parse(picture);
      const image = await readImage(source);
      const path = join(folder, truthFolder, `${name}.png`);
      const data = await readTruthPng(path, { width: image.width, height: image.height, bits }, (code) =>
        layout.meaningOf(code, name),
      );
      layout.markSky?.(image, data);
      return { image, truth: { kind, data }, dataset, source };
    },
  };
}
