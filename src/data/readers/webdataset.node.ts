import { basename } from "node:path";
import { readImage } from "../../image/codec.node.ts";
import { decodeGreyPng, type GreyPng } from "../../image/grey-png.node.ts";
import type { Size } from "../../image/resize-rule.ts";
import { decodeNpy, gridOfNpy } from "../../output/npy.ts";
import { decodeNpz } from "../../output/npz.ts";
import { decodePfm } from "../../output/pfm.ts";
import { DepthError } from "../../util/errors.ts";
import type { DatasetOptions, DepthDatasetRow } from "../dataset-row.ts";
import { type FileEntry, fileDataset, nothingFound } from "../file-dataset.node.ts";
import type { Dataset, DepthTruth } from "../sample.ts";
import { decodeTruth, type TruthEncoding } from "../truth/truth-encoding.ts";
import type { ValueGrid } from "../truth/value-grid.ts";
import { stemOf } from "./partner-files.node.ts";
import { requiredEncoding } from "./required-encoding.ts";
import type { TarEntry } from "./tar-index.ts";
import {
  encodingOfSample,
  intrinsicsOf,
  parseMetadata,
  type ShardSample,
  samplesOfShard,
} from "./webdataset-samples.ts";
import { findShards, indexShard, readEntries } from "./webdataset-shards.node.ts";

interface Entry extends FileEntry {
  readonly shard: string;
  readonly sample: ShardSample;
}

/**
 * WebDataset: tar shards in which a sample is `KEY.jpg` (or jpeg, png, webp), a truth such as `KEY.depth.png` or
 * `KEY.disparity.npy` (depth, disparity, pseudo; png, npy, npz, pfm) and perhaps `KEY.json` with `encoding` or `unit`,
 * `scale`, `K` (3x3, pixels). What samples do not say the option `encoding` says. `minConfidence` leaves out of estimates
 * what `KEY.confidence.png` (full scale is 1) doubts. Shards are listed once, when they are
 * opened; a sample is read from its place in its shard. Ids are SHARD/KEY.
 * @param where a folder of shards, a brace list `a-{000000..000012}.tar`, a glob pattern or one shard
 * @throws DepthError `not-found` for missing shards, `bad-file` for damaged ones or a sample without picture or truth,
 *   `bad-argument` for an encoding that does not exist.
 */
export async function openWebdataset(where: string, options: DatasetOptions = {}): Promise<Dataset> {
  if (options.encoding !== undefined) requiredEncoding(options.encoding, where);
  const { minConfidence = 0 } = options;
  const shards = await findShards(where);
  const entries = shards.flatMap((shard) =>
    samplesOfShard(indexShard(shard), shard).map((sample): Entry => {
      const id = `${stemOf(basename(shard))}/${sample.key}`;
      return { id, source: `${shard}/${sample.image.name}`, shard, sample };
    }),
  );
  if (entries.length === 0) throw nothingFound(where, "samples of a picture and a truth");
  return fileDataset({
    name: basename(where).replace(/(\.tar|[-_.]*[{*?[].*)$/, "") || "webdataset",
    summary: `${shards.length} WebDataset shards${options.encoding ? `, read as ${options.encoding}` : ""}`,
    entries,
    read: async ({ shard, source, sample }) => {
      const { image: picture, truth: map, field, json, confidence } = sample;
      const [imageBytes, truthBytes, jsonBytes] = await readEntries(shard, [picture, map, ...(json ? [json] : [])]);
      const name = `${shard}/${map.name}`;
      const metadata = jsonBytes ? parseMetadata(new TextDecoder().decode(jsonBytes), `${shard}/${json?.name}`) : {};
      const encoding = encodingOfSample(metadata, sample, options.encoding, name);
      const image = await readImage(imageBytes as Uint8Array, { source });
      const intrinsics = intrinsicsOf(metadata);
      const truth = fitted(await decodeGrid(truthBytes as Uint8Array, field, name), encoding, image, name);
      if (minConfidence > 0)
        forgetDoubtful(truth.data, await readConfidence(shard, name, confidence, image), minConfidence);
      return { image, truth, ...(intrinsics && { intrinsics }) };
    },
  });
}

async function readConfidence(shard: string, name: string, entry: TarEntry | undefined, size: Size): Promise<GreyPng> {
  if (entry === undefined)
    throw new DepthError("bad-file", `${name} has no confidence.png beside it; leave \`minConfidence\` out to use it.`);
  const [bytes] = await readEntries(shard, [entry]);
  const map = await decodeGreyPng(bytes as Uint8Array, `${shard}/${entry.name}`);
  if (map.width === size.width && map.height === size.height) return map;
  throw new DepthError(
    "bad-file",
    `${shard}/${entry.name} is ${map.width}x${map.height}; expected its picture's ${size.width}x${size.height}.`,
  );
}

/** Makes values unknown whose confidence is lower than asked, in place. */
function forgetDoubtful(data: Float32Array, confidence: GreyPng, minConfidence: number): void {
  const full = confidence.data instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; i < data.length; i++) if ((confidence.data[i] as number) < minConfidence * full) data[i] = Number.NaN;
}

async function decodeGrid(bytes: Uint8Array, field: string, name: string): Promise<ValueGrid> {
  if (field.endsWith(".png")) return decodeGreyPng(bytes, name);
  if (field.endsWith(".pfm")) return decodePfm(bytes, name);
  return gridOfNpy(field.endsWith(".npz") ? decodeNpz(bytes, name) : decodeNpy(bytes, name), name);
}

function fitted(grid: ValueGrid, encoding: TruthEncoding, size: Size, name: string): DepthTruth {
  const bits = grid.data.BYTES_PER_ELEMENT * 8;
  const expectedBits = encoding.bits ?? bits;
  if (grid.width === size.width && grid.height === size.height && bits === expectedBits)
    return decodeTruth(grid, encoding);
  throw new DepthError(
    "bad-file",
    `${name} does not fit its picture: expected ${size.width}x${size.height}, ${expectedBits} bits, ` +
      `got ${grid.width}x${grid.height}, ${bits} bits.`,
  );
}

/** Tar shards. */
export const webdatasetRow: DepthDatasetRow = {
  type: "webdataset",
  title: "WebDataset shards",
  truth: "either",
  layout:
    "*.tar, a-{000000..000012}.tar or one .tar of KEY.jpg, KEY.{depth,disparity,pseudo}.{png,npy,npz,pfm}, KEY.json",
  markers: ["*.tar"],
  options: ["encoding", "minConfidence"],
  open: openWebdataset,
};
