import { BYTES_PER_ELEMENT, type DataOf, type DType, elementCount, type Tensor } from "./tensor.ts";

const ARRAYS = {
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

/** Room for elements of a type, zeroed. */
export function allocate<T extends DType>(dtype: T, length: number): DataOf[T] {
  return new ARRAYS[dtype](length) as DataOf[T];
}

/** Little-endian bytes as elements of a type: a view where the address allows it, else a copy. */
export function elementsOf<T extends DType>(dtype: T, bytes: Uint8Array): DataOf[T] {
  const size = BYTES_PER_ELEMENT[dtype];
  // Uint8Array.from: Buffer.slice would not copy.
  const { buffer, byteOffset, length } = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  return new ARRAYS[dtype](buffer as ArrayBuffer, byteOffset, length / size) as DataOf[T];
}

/** The bytes of a tensor's elements, as a view. */
export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Bytes a tensor of this type and shape takes; undefined where the shape is no shape (a dimension that is
 * negative, fractional or too large), so that a damaged file can be refused before anything is allocated.
 */
export function byteLengthOf(dtype: DType, dims: readonly number[]): number | undefined {
  const bytes = elementCount(dims) * BYTES_PER_ELEMENT[dtype];
  return dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0) && Number.isSafeInteger(bytes) ? bytes : undefined;
}
