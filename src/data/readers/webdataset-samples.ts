import * as z from "zod";
import type { Intrinsics } from "../../geometry/intrinsics.ts";
import { DepthError, messageOf } from "../../util/errors.ts";

import type { TruthEncoding } from "../truth/truth-encoding.ts";
import { requiredEncoding } from "./required-encoding.ts";
import type { TarEntry } from "./tar-index.ts";

/** The files of one sample in a shard. */
export interface ShardSample {
  /** The files' common path up to the first dot of its last piece. */
  readonly key: string;
  readonly image: TarEntry;
  readonly truth: TarEntry;
  /** Which of `TRUTH_FIELDS` the truth is. */
  readonly field: string;
  readonly json?: TarEntry;
  /** How far the truth, an estimate then, is to be trusted: an 8-bit map. `depth-anything label` writes it. */
  readonly confidence?: TarEntry;
}

const IMAGE_FIELDS = ["jpg", "jpeg", "png", "webp"];
const TRUTH_FIELDS = ["depth", "disparity", "pseudo"].flatMap((field) =>
  ["png", "npy", "npz", "pfm"].map((ending) => `${field}.${ending}`),
);

/**
 * The samples of a shard: entries that follow each other and share their name up to the first dot. Files of no sample
 * (no dot, or neither picture nor truth in the group) are passed over. Of several truths `depth` goes before `disparity`
 * before `pseudo`. Source: `webdataset/tariterators.py`.
 * @param shard what to call the archive in errors
 * @throws DepthError `bad-file` naming a sample that has only one of picture and truth, or a file twice.
 */
export function samplesOfShard(entries: readonly TarEntry[], shard: string): readonly ShardSample[] {
  const groups: { key: string; fields: Map<string, TarEntry> }[] = [];
  for (const entry of entries) {
    const [, key, ending] = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(entry.name) ?? [];
    if (key === undefined || ending === undefined) continue;
    if (groups.at(-1)?.key !== key) groups.push({ key, fields: new Map() });
    const { fields } = groups.at(-1) as (typeof groups)[number];
    const field = ending.toLowerCase();
    if (fields.has(field)) throw new DepthError("bad-file", `${shard} holds ${entry.name} twice; expected it once.`);
    fields.set(field, entry);
  }
  return groups.flatMap(({ key, fields }): ShardSample[] => {
    const image = fields.get(IMAGE_FIELDS.find((field) => fields.has(field)) ?? "");
    const field = TRUTH_FIELDS.find((candidate) => fields.has(candidate)) ?? "";
    const truth = fields.get(field);
    const json = fields.get("json");
    const confidence = fields.get("confidence.png");
    if (image && truth) return [{ key, image, truth, field, ...(json && { json }), ...(confidence && { confidence }) }];
    if (!image && !truth) return [];
    const [found, missing] = image ? [image.name, TRUTH_FIELDS] : [truth?.name, IMAGE_FIELDS];
    throw new DepthError(
      "bad-file",
      `${shard}: ${found} has no partner ${key}.{${missing.join(",")}}; files of a sample stand next to each other.`,
    );
  });
}

/** What units mean; a scale of the sample's own multiplies stored numbers. */
const UNITS = {
  metres: { kind: "depth-metres", scale: 1 },
  pixels: { kind: "disparity", unit: "pixels", scale: 1 },
  "1/metres": { kind: "disparity", unit: "1/metres", scale: 1 },
  relative: { kind: "disparity", unit: "relative", scale: 1 },
} as const satisfies Readonly<Record<string, TruthEncoding>>;

const matrixRow = z.tuple([z.number(), z.number(), z.number()]);
const metadata = z.object({
  encoding: z.string().optional(),
  unit: z.enum(Object.keys(UNITS) as (keyof typeof UNITS)[]).optional(),
  scale: z.number().positive().optional(),
  K: z.tuple([matrixRow, matrixRow, matrixRow]).optional(),
});

/** What a sample's `json` says of its truth. */
export type SampleMetadata = z.infer<typeof metadata>;

/** Reads a sample's `json`; keys that say nothing of depth are passed over. @throws DepthError `bad-file`. */
export function parseMetadata(text: string, name: string): SampleMetadata {
  try {
    return metadata.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new DepthError("bad-file", `${name} does not describe a sample: ${why}`, { cause: error });
  }
}

/**
 * What a sample's numbers mean: its own `encoding`, else its `unit`, else the option, else, for a pseudo label,
 * inverse depth up to scale. In the disparity of pseudo labels and of samples with a confidence every number is meant and
 * 0 is sky, because a network leaves nothing out, unless an encoding is named.
 * @throws DepthError `bad-argument` when nothing says it.
 */
export function encodingOfSample(
  { encoding, unit, scale }: SampleMetadata,
  { field, confidence }: Pick<ShardSample, "field" | "confidence">,
  option: string | undefined,
  name: string,
): TruthEncoding {
  const isPseudo = field.startsWith("pseudo.");
  const ofUnit = unit ?? (isPseudo && option === undefined ? "relative" : undefined);
  const byUnit = encoding === undefined && ofUnit !== undefined ? UNITS[ofUnit] : undefined;
  const isEstimate = byUnit?.kind === "disparity" && (isPseudo || confidence !== undefined);
  return {
    ...(byUnit ?? requiredEncoding(encoding ?? option, name)),
    ...(isEstimate && { unknown: null }),
    ...(scale !== undefined && { scale }),
  };
}

/** The camera of a sample's `K`, in pixels from the corner of the top left one. */
export function intrinsicsOf({ K }: SampleMetadata): Intrinsics | undefined {
  return K && { fx: K[0][0], fy: K[1][1], cx: K[0][2], cy: K[1][2] };
}
