import { type TensorProto, TensorProto_DataLocation } from "onnx-buf";
import { DepthError } from "../util/errors.ts";
import { toHalfBits } from "../util/float16.ts";
import { dtypeOfOnnx } from "./onnx-types.ts";
import { BYTES_PER_ELEMENT, type DataOf, type DType, elementCount, type Tensor } from "./tensor.ts";

const ARRAYS: { readonly [T in DType]: { from(values: never): DataOf[T]; new (buffer: ArrayBuffer): DataOf[T] } } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/**
 * An ONNX initialiser as a tensor, from raw bytes or from the typed fields.
 * @throws DepthError `bad-file` when the data does not fit the shape, `unsupported` for data kept in another file.
 */
export function tensorOfOnnx(message: TensorProto, fileName: string): Tensor {
  const what = `${fileName}: initialiser "${message.name}"`;
  const dtype = dtypeOfOnnx(message.dataType);
  if (!dtype)
    throw new DepthError(
      "unsupported",
      `${what} has ONNX element type ${message.dataType}; expected a plain number type.`,
    );
  if (message.dataLocation === TensorProto_DataLocation.EXTERNAL)
    throw new DepthError(
      "unsupported",
      `${what} keeps its data in another file ("${message.externalData[0]?.value ?? "?"}"). Merge the model into one file, or use the safetensors or .pth checkpoint.`,
    );
  const dims = message.dims.map(Number);
  const count = elementCount(dims);
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count))
    throw new DepthError("bad-file", `${what} has the impossible shape [${dims.join(", ")}].`);
  const expectCount = (got: number, unit: string, expected: number) => {
    if (got !== expected)
      throw new DepthError(
        "bad-file",
        `${what} of shape [${dims.join(", ")}] needs ${expected} ${unit}, the file holds ${got}.`,
      );
  };
  if (message.rawData.length > 0 || count === 0) {
    expectCount(message.rawData.length, "bytes", count * BYTES_PER_ELEMENT[dtype]);
    const aligned = Uint8Array.from(message.rawData).buffer; // a copy starts at an aligned address
    return { dtype, dims, data: new ARRAYS[dtype](aligned) };
  }
  const values = typedField(message, dtype);
  expectCount(values.length, "values", count);
  return { dtype, dims, data: ARRAYS[dtype].from(values as never) };
}

function typedField(message: TensorProto, dtype: DType): readonly number[] | readonly bigint[] {
  switch (dtype) {
    case "float32":
      return message.floatData;
    case "float64":
      return message.doubleData;
    case "int64":
      return message.int64Data;
    case "uint64":
      return message.uint64Data;
    case "uint32":
      return message.uint64Data.map(Number);
    case "float16": // stored as bit patterns in int32, except by writers that used float_data
      return message.int32Data.length > 0 ? message.int32Data : message.floatData.map(toHalfBits);
    default:
      return message.int32Data;
  }
}
