import type { Tensor } from "../graph/tensor.ts";
import { DepthError } from "../util/errors.ts";
import { halfToFloat32 } from "../util/float16.ts";

/**
 * A tensor of any float type as float32, the same shape; a float32 tensor is returned as it is.
 * Halves convert exactly, float64 is rounded.
 *
 * @throws DepthError `bad-argument` for integers and booleans
 */
export function toFloat32(tensor: Tensor): Tensor<"float32"> {
  return { dtype: "float32", dims: tensor.dims, data: floats(tensor) };
}

function floats({ dtype, data }: Tensor): Float32Array {
  switch (dtype) {
    case "float32":
      return data as Float32Array;
    case "float64":
      return Float32Array.from(data as Float64Array);
    case "float16":
      return halfToFloat32(data as Uint16Array);
    case "bfloat16": // the upper half of a float32
      return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
    default:
      throw new DepthError("bad-argument", `Cannot convert a tensor of ${dtype} to float32: expected a float type.`);
  }
}
