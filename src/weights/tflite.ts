import { ByteBuffer } from "flatbuffers";
import { BYTES_PER_ELEMENT, type DType, elementCount } from "../graph/tensor.ts";
import { DepthError } from "../util/errors.ts";

/** One tensor of a TFLite graph; `data` is a view of the file, empty for activations. */
export interface TfliteTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: DType;
  readonly data: Uint8Array;
}

/** One operator of a TFLite graph; inputs and outputs index the tensors, -1 marks an input left out. */
export interface TfliteOperator {
  readonly opcode: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** What `parseTflite` reads: the first subgraph, its operators in execution order. */
export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
}

// TensorType and BuiltinOperator codes of tensorflow/lite/schema/schema.fbs; other operators print as BUILTIN_<code>.
const DTYPES: Readonly<Record<number, DType>> = {
  0: "float32",
  1: "float16",
  2: "int32",
  3: "uint8",
  4: "int64",
  6: "bool",
  7: "int16",
  9: "int8",
  10: "float64",
  12: "uint64",
  15: "uint32",
  16: "uint16",
};
const OPERATORS: Readonly<Record<number, string>> = {
  0: "ADD",
  2: "CONCATENATION",
  3: "CONV_2D",
  4: "DEPTHWISE_CONV_2D",
  6: "DEQUANTIZE",
  22: "RESHAPE",
};

/**
 * Reads the first subgraph of a TFLite file (schema version 3): enough to take weights out of it.
 * Source: tensorflow/lite/schema/schema.fbs; the field numbers below are positions in its tables.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` if an offset or a length leaves the file, `unsupported` for an unknown tensor type
 */
export function parseTflite(bytes: Uint8Array, name: string): TfliteGraph {
  const buffer = new ByteBuffer(bytes);

  // The flatbuffers library reads past the end without complaint, so every position is checked first.
  const at = (position: number, size: number): number => {
    if (position >= 0 && position + size <= bytes.length) return position;
    const where = `an offset points to byte ${position} of ${bytes.length}`;
    throw new DepthError("bad-file", `${name}: not a valid TFLite file: ${where}. Fetch the file again.`);
  };
  const follow = (position: number): number => at(position + buffer.readUint32(at(position, 4)), 4);
  const field = (table: number, index: number, size: number): number | undefined => {
    const vtable = at(table - buffer.readInt32(at(table, 4)), 4);
    at(vtable, buffer.readUint16(vtable));
    const offset = buffer.__offset(table, 4 + 2 * index);
    return offset === 0 ? undefined : at(table + offset, size);
  };
  const vector = (table: number, index: number, elementSize: number): { start: number; length: number } => {
    const position = field(table, index, 4);
    if (position === undefined) return { start: 0, length: 0 };
    const header = follow(position);
    const length = buffer.readUint32(header);
    return { start: at(header + 4, length * elementSize), length };
  };
  const list = <T>(table: number, index: number, read: (position: number) => T): T[] => {
    const { start, length } = vector(table, index, 4);
    return Array.from({ length }, (_, i) => read(start + 4 * i));
  };
  const int = (position: number) => buffer.readInt32(position);
  const blob = (table: number, index: number): Uint8Array => {
    const { start, length } = vector(table, index, 1);
    return bytes.subarray(start, start + length);
  };

  if (bytes.length < 8 || !buffer.__has_identifier("TFL3")) {
    throw new DepthError("bad-file", `${name}: not a TFLite file: expected the mark "TFL3" at byte 4.`);
  }
  const model = follow(0);
  const opcodes = list(model, 1, (position) => {
    const table = follow(position);
    // Codes above 127 live in the newer field 3; the old one (field 0) then holds 127.
    const old = field(table, 0, 1);
    const wide = field(table, 3, 4);
    const code = Math.max(old === undefined ? 0 : buffer.readInt8(old), wide === undefined ? 0 : int(wide));
    return OPERATORS[code] ?? `BUILTIN_${code}`;
  });
  const buffers = list(model, 4, (position) => blob(follow(position), 0));
  const [graph] = list(model, 2, follow);
  if (graph === undefined) throw new DepthError("bad-file", `${name}: the TFLite file holds no subgraph.`);

  const tensors = list(graph, 0, (position): TfliteTensor => {
    const table = follow(position);
    const dims = list(table, 0, int);
    const type = field(table, 1, 1);
    const dtype = DTYPES[type === undefined ? 0 : buffer.readInt8(type)];
    const bufferAt = field(table, 2, 4);
    const data = buffers[bufferAt === undefined ? 0 : buffer.readUint32(bufferAt)];
    const label = new TextDecoder().decode(blob(table, 3));
    if (dtype === undefined) throw new DepthError("unsupported", `${name}: tensor "${label}" has an unknown type.`);
    if (data === undefined || (data.length > 0 && data.length !== elementCount(dims) * BYTES_PER_ELEMENT[dtype])) {
      const found = data === undefined ? "no buffer" : `${data.length} bytes`;
      throw new DepthError("bad-file", `${name}: tensor "${label}" is ${dtype} [${dims}] but has ${found}.`);
    }
    return { name: label, dims, dtype, data };
  });
  const operators = list(graph, 3, (position): TfliteOperator => {
    const table = follow(position);
    const codeAt = field(table, 0, 4);
    const opcode = opcodes[codeAt === undefined ? 0 : buffer.readUint32(codeAt)];
    const inputs = list(table, 1, int);
    const outputs = list(table, 2, int);
    if (opcode === undefined || [...inputs, ...outputs].some((id) => id < -1 || id >= tensors.length)) {
      throw new DepthError("bad-file", `${name}: an operator refers to a tensor or operator code that is not there.`);
    }
    return { opcode, inputs, outputs };
  });
  return { tensors, operators };
}
