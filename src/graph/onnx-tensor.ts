import { type TensorProto, TensorProto_DataLocation } from "onnx-buf";
import { DepthError } from "../util/errors.ts";
import { dtypeOfOnnx } from "./onnx-types.ts";
import { BYTES_PER_ELEMENT, type DType, type Tensor } from "./tensor.ts";
import { allocate, byteLengthOf, elementsOf } from "./tensor-bytes.ts";

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
  const raw = message.rawData.length > 0;
  const values = raw ? [] : typedField(message, dtype);
  const found = raw ? message.rawData.length : values.length * BYTES_PER_ELEMENT[dtype];
  if (byteLengthOf(dtype, dims) !== found)
    throw new DepthError(
      "bad-file",
      `${what} is ${dtype} [${dims.join(", ")}], but the file holds ${found} bytes of it.`,
    );
  if (raw) return { dtype, dims, data: elementsOf(dtype, message.rawData) };
  const data = allocate(dtype, values.length);
  for (const [i, value] of values.entries()) data[i] = value as never;
  return { dtype, dims, data };
}

/** The field that holds elements of a type, as onnx.proto assigns them; halves are bit patterns in int32. */
function typedField(message: TensorProto, dtype: DType): readonly (number | bigint)[] {
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
    default:
      return message.int32Data;
  }
}
