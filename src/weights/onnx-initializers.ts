import { parseOnnx } from "../graph/onnx-decode.ts";
import { tensorOfOnnx } from "../graph/onnx-tensor.ts";
import type { Tensor } from "../graph/tensor.ts";
import { DepthError } from "../util/errors.ts";

/**
 * Reads the initialisers of an ONNX model's main graph, whatever operators the model uses.
 * Source: onnx.proto, message TensorProto.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` if the file is no ONNX model, a tensor's data does not fit its shape or a name occurs
 *   twice; `unsupported` for element types this library has no use for and for data kept in another file
 */
export function parseOnnxInitializers(bytes: Uint8Array, name: string): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const message of parseOnnx(bytes, name).graph?.initializer ?? []) {
    if (tensors.has(message.name)) {
      throw new DepthError("bad-file", `${name}: initialiser "${message.name}" occurs twice. Export the file again.`);
    }
    tensors.set(message.name, tensorOfOnnx(message, name));
  }
  return tensors;
}
