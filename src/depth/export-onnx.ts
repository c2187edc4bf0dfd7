import { encodeOnnx } from "../graph/onnx-encode.ts";
import type { Tensor } from "../graph/tensor.ts";
import { toHalf } from "../graph/to-half.ts";
import { float32ToHalf } from "../util/float16.ts";
import type { DepthNetwork } from "./network.ts";

/** Options of `exportOnnx`. */
export interface ExportOnnxOptions {
  /** Element type of weights and computation; input and output are float32 in both. Default `float32`. */
  readonly precision?: "float32" | "float16";
}

/** Where halves are not enough: positions in the table of a large picture, and metres. */
const KEPT_FLOAT32 = /^(encoder\/position\/|[^/]*$)/;

/**
 * A model as the bytes of an ONNX file (opset 17, standard operators only): `pixel_values` [batch, 3, H, W], any sizes
 * that are multiples of the model's, to `predicted_depth` [batch, H, W]. What the file does not say by itself is in its
 * metadata: `model`, `kind`, `mean`, `std`, `multiple`, `input_size` and, where there are such, `max_input_side` and
 * `licence`.
 */
export function exportOnnx({ info, graph, weights }: DepthNetwork, options: ExportOnnxOptions = {}): Uint8Array {
  const { id, kind, mean, std, multiple, inputSize, maxInputSide, licence } = info;
  const metadata = {
    ...{ model: id, kind, mean: mean.join(), std: std.join(), multiple: `${multiple}`, input_size: `${inputSize}` },
    ...(maxInputSide !== undefined && { max_input_side: `${maxInputSide}` }),
    ...(licence !== undefined && { licence }),
  };
  if (options.precision !== "float16") return encodeOnnx(graph, { weights, metadata });
  const halves = [...weights].map(([name, { dims, data }]): [string, Tensor] => [
    name,
    { dtype: "float16", dims, data: float32ToHalf(data) },
  ]);
  const halfGraph = toHalf(graph, { keepFloat32: (name) => KEPT_FLOAT32.test(name) });
  return encodeOnnx(halfGraph, { weights: new Map(halves), metadata });
}
