import { decode } from "fast-png";
import { z } from "zod";
import type { DepthMap } from "../depth/depth-map.ts";
import { checkPixelCount } from "../image/codec.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import type { DepthFormat } from "./depth-format.ts";
import { normaliseToWords } from "./normalise.ts";

/** Keyword of the tEXt chunk that lets the stretch be undone; its text is JSON. */
const KEYWORD = "DepthMap";

const noteSchema = z.object({
  min: z.number(),
  max: z.number(),
  kind: z.enum(["disparity", "metric"]),
  modelId: z.string(),
  inputWidth: z.int().positive(),
  inputHeight: z.int().positive(),
});

/** 16-bit grey PNG whose stretch can be undone. */
export const png16: DepthFormat = {
  name: "png16",
  extensions: [".png"],
  description: "16-bit grey PNG, stretched per picture; minimum and maximum are kept inside so that it can be undone",
  encode: (depth, _options, encodePng) => {
    const { width, height, range, kind, modelId, inputWidth, inputHeight } = depth;
    const note = JSON.stringify({ ...range, kind, modelId, inputWidth, inputHeight } satisfies z.input<
      typeof noteSchema
    >);
    // tEXt holds Latin-1 only.
    const text = note.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return encodePng({ width, height, channels: 1, data: normaliseToWords(depth) }, { text: { [KEYWORD]: text } });
  },
};

/**
 * Reads a PNG written by `png16` back, to within half of (max - min) / 65535.
 * @param name what to call the file in errors.
 * @throws DepthError `bad-file` when it is damaged or holds no 16-bit grey depth note; `too-large`.
 */
export function readDepthPng16(bytes: Uint8Array, name: string): DepthMap {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || header.getUint32(0) !== 0x89504e47) {
    throw new DepthError("bad-file", `${name} is not a PNG file; expected one written with format png16.`);
  }
  const width = header.getUint32(16);
  const height = header.getUint32(20);
  checkPixelCount(width, height, name);
  const { data, depth, channels, text } = attempt(name, () => decode(bytes, { checkCrc: true }));
  const note = noteSchema.safeParse(attempt(name, () => JSON.parse(text[KEYWORD] ?? "null")));
  if (depth !== 16 || channels !== 1 || !note.success) {
    const found = `${depth} bits, ${channels} channel(s), ${KEYWORD} note: ${text[KEYWORD] ?? "none"}`;
    throw new DepthError(
      "bad-file",
      `${name} was not written with format png16: expected 16-bit grey with its range, got ${found}.`,
    );
  }
  const { min, max, ...rest } = note.data;
  const step = (max - min) / 65535;
  return { ...rest, width, height, data: Float32Array.from(data, (code) => min + code * step), range: { min, max } };
}

function attempt<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new DepthError("bad-file", `${name} is damaged: ${messageOf(error)}`, { cause: error });
  }
}
