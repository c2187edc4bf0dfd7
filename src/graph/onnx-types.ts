import { TensorProto_DataType as OnnxType } from "onnx-buf";
import type { DType } from "./tensor.ts";

/** ONNX's number for each element type. */
export const ONNX_TYPE: Readonly<Record<DType, OnnxType>> = {
  float32: OnnxType.FLOAT,
  float64: OnnxType.DOUBLE,
  float16: OnnxType.FLOAT16,
  bfloat16: OnnxType.BFLOAT16,
  int64: OnnxType.INT64,
  int32: OnnxType.INT32,
  int16: OnnxType.INT16,
  int8: OnnxType.INT8,
  uint8: OnnxType.UINT8,
  uint16: OnnxType.UINT16,
  uint32: OnnxType.UINT32,
  uint64: OnnxType.UINT64,
  bool: OnnxType.BOOL,
};

const DTYPE_OF = new Map<number, DType>(Object.entries(ONNX_TYPE).map(([dtype, number]) => [number, dtype as DType]));

/** The element type behind ONNX's number, or undefined for strings, complex numbers and packed types. */
export const dtypeOfOnnx = (type: number): DType | undefined => DTYPE_OF.get(type);

/** The operator set that graphs are written for. */
export const ONNX_OPSET = 17;
/** The file format version that goes with it. */
export const ONNX_IR_VERSION = 8;

/** ONNX input slots that graphs leave out, by operator: (slot, how many). */
export const SKIPPED_INPUTS: Readonly<Partial<Record<string, { readonly after: number; readonly count: number }>>> = {
  Resize: { after: 1, count: 2 }, // roi and scales; the sizes input is used instead
};

/** Attributes that ONNX stores as floating point; every other number is an integer. */
export const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set(["epsilon"]);
