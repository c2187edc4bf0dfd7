import { z } from "zod";
import { BYTES_PER_ELEMENT, type DType, type Tensor } from "../graph/tensor.ts";
import { byteLengthOf, bytesOf, elementsOf } from "../graph/tensor-bytes.ts";
import { DepthError, messageOf } from "../util/errors.ts";

/** What a safetensors file holds: tensors by name, and free text under `__metadata__`. */
export interface Safetensors {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const DTYPES: ReadonlyMap<string, DType> = new Map<string, DType>([
  ["F64", "float64"],
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["I64", "int64"],
  ["I32", "int32"],
  ["I16", "int16"],
  ["I8", "int8"],
  ["U64", "uint64"],
  ["U32", "uint32"],
  ["U16", "uint16"],
  ["U8", "uint8"],
  ["BOOL", "bool"],
]);
const CODES = new Map([...DTYPES].map(([code, dtype]) => [dtype, code]));

/** The format's own limit for the JSON header. */
const MAX_HEADER_BYTES = 100_000_000;

const offset = z.int().nonnegative();
const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(offset),
  data_offsets: z.tuple([offset, offset]),
});
const Metadata = z.record(z.string(), z.string());

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors, "Format"). Tensors are views of `bytes`
 * where the address is aligned, copies elsewhere; `bytes` must therefore stay unchanged.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` for anything the format forbids: a header that is cut off, too long, not JSON or
 *   with a key twice; offsets that overlap, leave holes or leave the file; sizes that do not fit type and shape.
 *   `unsupported` for an element type this library has no use for (8-bit floats).
 */
export function parseSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const bad = (what: string, cause?: unknown) =>
    new DepthError("bad-file", `${name}: not a valid safetensors file: ${what} Fetch or export the file again.`, {
      cause,
    });
  const headerBytes = safetensorsHeaderBytes(bytes);
  if (headerBytes === undefined || headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > bytes.length) {
    const stated = headerBytes === undefined ? "no header length" : `a header of ${headerBytes} bytes`;
    throw bad(`it states ${stated}, the file has ${bytes.length} bytes and the limit is ${MAX_HEADER_BYTES}.`);
  }

  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + headerBytes));
    header = JSON.parse(text);
  } catch (error) {
    throw bad(`its header is not JSON (${messageOf(error)}).`, error);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw bad("its header is no object.");
  const { __metadata__, ...entries } = header as Record<string, unknown>;
  const metadata = Metadata.safeParse(__metadata__ ?? {});
  if (!metadata.success) throw bad("its __metadata__ is not a map of texts.");

  const data = bytes.subarray(8 + headerBytes);
  const slots = Object.entries(entries).map(([tensorName, value]) => {
    const entry = Entry.safeParse(value);
    if (!entry.success) {
      const [issue] = entry.error.issues;
      throw bad(`tensor "${tensorName}": ${issue?.path.join(".")}: ${issue?.message}.`);
    }
    const { dtype: code, shape, data_offsets } = entry.data;
    const dtype = DTYPES.get(code);
    if (dtype === undefined) {
      const known = [...DTYPES.keys()].join(", ");
      throw new DepthError("unsupported", `${name}: tensor "${tensorName}" has type ${code}; supported: ${known}.`);
    }
    const [begin, end] = data_offsets;
    if (end > data.length) {
      throw bad(`tensor "${tensorName}" ends at byte ${end} of ${data.length} bytes of data; the file is cut off.`);
    }
    if (end - begin !== byteLengthOf(dtype, shape)) {
      throw bad(`tensor "${tensorName}" is ${code} [${shape}] but takes ${end - begin} bytes.`);
    }
    return { tensorName, dtype, dims: shape, begin, end };
  });
  if (countKeys(text) !== keysIn(header, metadata.data)) throw bad("a key occurs twice in its header.");

  // The format wants the data without overlaps and without holes.
  let covered = 0;
  for (const { tensorName, begin, end } of slots.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) throw bad(`tensor "${tensorName}" starts at byte ${begin}, expected ${covered}.`);
    covered = end;
  }
  if (covered !== data.length) throw bad(`${data.length - covered} bytes at its end belong to no tensor.`);

  const tensors = new Map(
    slots.map(({ tensorName, dtype, dims, begin, end }): [string, Tensor] => [
      tensorName,
      { dtype, dims, data: elementsOf(dtype, data.subarray(begin, end)) },
    ]),
  );
  return { tensors, metadata: metadata.data };
}

/** The header length a safetensors file states, if these first bytes (9 or more) can begin one. */
export function safetensorsHeaderBytes(start: Uint8Array): number | undefined {
  if (start.length < 9 || start[8] !== 0x7b) return undefined; // the JSON must begin with "{"
  return Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
}

/**
 * Writes a safetensors file. The same tensors give the same bytes: they are laid out by falling element size, then
 * by name, so that all are aligned without gaps; the data begins at a multiple of 8.
 *
 * @throws DepthError `bad-argument` if a tensor's data does not fit its shape or a name is reserved
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const order = [...tensors].sort(
    ([a, x], [b, y]) => BYTES_PER_ELEMENT[y.dtype] - BYTES_PER_ELEMENT[x.dtype] || (a < b ? -1 : 1),
  );
  const fields: [string, unknown][] = [];
  if (metadata) fields.push(["__metadata__", Object.fromEntries(Object.entries(metadata).sort())]);
  let end = 0;
  for (const [name, { dtype, dims, data }] of order) {
    if (name === "__metadata__" || data.byteLength !== byteLengthOf(dtype, dims)) {
      const found = `${dtype} [${dims}] with ${data.length} elements`;
      throw new DepthError("bad-argument", `Cannot write tensor "${name}" (${found}): reserved name or wrong length.`);
    }
    const begin = end;
    end += data.byteLength;
    fields.push([name, { dtype: CODES.get(dtype), shape: dims, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + headerBytes + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(headerBytes), true);
  out.fill(0x20, 8, 8 + headerBytes).set(json, 8);
  let position = 8 + headerBytes;
  for (const [, tensor] of order) {
    out.set(bytesOf(tensor), position);
    position += tensor.data.byteLength;
  }
  return out;
}

/** Keys written in a JSON text, repeated ones included: strings that a colon follows. */
function countKeys(json: string): number {
  let keys = 0;
  // Escapes go first: one pattern for strings with escapes exhausts the stack on a long hostile text.
  for (const [, colon] of json.replace(/\\./g, "").matchAll(/"[^"]*"\s*(:)?/g)) if (colon) keys++;
  return keys;
}

/** Keys left of the same header after parsing, where a repeated key counts once. */
function keysIn(header: object, metadata: object): number {
  const { length } = Object.keys(header);
  const metadataKeys = "__metadata__" in header ? Object.keys(metadata).length - 3 : 0;
  return length + 3 * length + metadataKeys; // an entry has three keys
}
