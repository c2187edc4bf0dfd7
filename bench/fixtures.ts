import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Graph } from "../src/graph/graph.ts";
import { encodeOnnx } from "../src/graph/onnx-encode.ts";
import { float32, type Tensor } from "../src/graph/tensor.ts";
import { officialConfig } from "../src/models/config.ts";
import { buildDepthAnything, stateDictShapes } from "../src/models/depth-anything.ts";
import { findModel } from "../src/models/find-model.ts";
import { buildNano } from "../src/models/nano.ts";
import { createRandom } from "../src/util/random.ts";
import { encodeSafetensors } from "../src/weights/safetensors.ts";

type Shapes = ReadonlyMap<string, readonly number[]>;

/** A model's graph and the shapes of everything in its checkpoint. */
function networkOf(modelId: string): { readonly graph: Graph; readonly shapes: Shapes } {
  const row = findModel(modelId);
  if (row.family === "nano") {
    const graph = buildNano();
    return { graph, shapes: parameterShapes(graph) };
  }
  const config = officialConfig(row);
  return { graph: buildDepthAnything(config), shapes: stateDictShapes(config) };
}

/** Names and shapes of a graph's parameters. */
export function parameterShapes(graph: Graph): Shapes {
  return new Map([...graph.parameters].map(([name, { dims }]) => [name, dims as readonly number[]]));
}

/** Random weights that keep the activations near 1: the time of a pass does not depend on what a network has learnt. */
export function seededWeights(shapes: Shapes): Map<string, Tensor<"float32">> {
  return new Map(
    [...shapes].map(([name, shape], index) => {
      const tensor = float32(shape);
      const random = createRandom(7, index);
      const isScale = /gamma$|norm\d?\.weight$/.test(name);
      const bound = shape.length > 1 ? Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b)) : 0.1;
      tensor.data.forEach((_, i) => {
        tensor.data[i] = isScale ? 1 : random.uniform(-bound, bound);
      });
      return [name, tensor];
    }),
  );
}

/**
 * Writes one model twice with the same weights: `weights.safetensors` for this library, and a local model folder for
 * transformers.js that holds this library's own graph as `onnx/model.onnx`.
 */
export async function writeModel(folder: string, modelId: string): Promise<void> {
  const { graph, shapes } = networkOf(modelId);
  const { inputSize, multiple, mean, std } = findModel(modelId);
  const weights = seededWeights(shapes);
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "weights.safetensors"), encodeSafetensors(weights));
  await writeFile(join(folder, "onnx", "model.onnx"), encodeOnnx(graph, { weights }));
  await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "depth_anything" }));
  const preprocessor = {
    image_processor_type: "DPTImageProcessor",
    ...{ do_resize: true, size: { height: inputSize, width: inputSize }, keep_aspect_ratio: true, resample: 3 },
    ...{ ensure_multiple_of: multiple, do_pad: false, size_divisor: null },
    ...{ do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: mean, image_std: std },
  };
  await writeFile(join(folder, "preprocessor_config.json"), JSON.stringify(preprocessor));
}

/** A JPEG with smooth shapes and sensor noise, so that it compresses about as a photo does. */
export async function writePhoto(path: string, width: number, height: number): Promise<void> {
  const random = createRandom(11, width, height);
  const small = { width: Math.ceil(width / 24), height: Math.ceil(height / 24), channels: 3 } as const;
  const blobs = Uint8Array.from({ length: small.width * small.height * 3 }, () => random.int(256));
  const pixels = await sharp(blobs, { raw: small }).resize(width, height, { fit: "fill" }).raw().toBuffer();
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = Math.min(255, Math.max(0, (pixels[i] as number) + random.uniform(-6, 6)));
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toFile(path);
}
