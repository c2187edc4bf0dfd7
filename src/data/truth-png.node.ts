import { readFile } from "node:fs/promises";
import { decode } from "fast-png";
import { DepthError, messageOf } from "../util/errors.ts";

const SIGNATURE = 0x89504e470d0a1a0an;

/**
 * Reads a grey PNG whose pixel codes stand for depth or disparity.
 * @param expected size and bits a sample; checked in the header, before anything is decompressed.
 * @param meaningOf what a code stands for; `NaN` for unknown.
 * @returns `width * height` values, rows from the top.
 * @throws DepthError `bad-file` naming the file.
 */
export async function readTruthPng(
  path: string,
  expected: { readonly width: number; readonly height: number; readonly bits: 8 | 16 },
  meaningOf: (code: number) => number,
): Promise<Float32Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new DepthError("bad-file", `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || header.getBigUint64(0) !== SIGNATURE) {
    throw new DepthError("bad-file", `${path} is not a PNG file; expected a grey PNG of depth codes.`);
  }
  const found = `${header.getUint32(16)}x${header.getUint32(20)}, ${header.getUint8(24)} bits, colour type ${header.getUint8(25)}`;
  const wanted = `${expected.width}x${expected.height}, ${expected.bits} bits, colour type 0`;
  if (found !== wanted) {
    throw new DepthError("bad-file", `${path} does not fit its picture: expected ${wanted} (grey), got ${found}.`);
  }
  try {
    const { data } = decode(bytes);
    const values = new Float32Array(data.length);
    for (let i = 0; i < values.length; i++) values[i] = meaningOf(data[i] as number);
    return values;
  } catch (error) {
    throw new DepthError("bad-file", `Cannot decode ${path}: ${messageOf(error)}`, { cause: error });
  }
}
