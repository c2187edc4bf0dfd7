import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import { foldInputRange } from "./fold-input-range.ts";
import { readMobileNetV2 } from "./mobilenet-v2-tflite.ts";

/** The package whose detector's backbone Nano starts from (Apache-2.0), and the file in it. */
const PACKAGE_FILE = "@mediapipe/objectron/objectron_solution_packed_assets.data";

/**
 * The pre-trained encoder of Nano, for pictures normalised by the ImageNet statistics: the file's network takes RGB in
 * -1..1, so the difference is folded into the first convolution.
 * @param path the file; default: where the npm package `@mediapipe/objectron` is installed
 * @throws DepthError `not-found` saying how to get the package, `bad-file` when the file is not the expected one.
 */
export async function pretrainedNanoEncoder(path?: string): Promise<Map<string, Tensor<"float32">>> {
  const weights = readMobileNetV2(await readFile(path ?? installedFile()));
  const [kernel, bias] = ["weight", "bias"].map((part) => weights.get(`encoder.stem.conv.${part}`)) as [
    Tensor<"float32">,
    Tensor<"float32">,
  ];
  weights.set("encoder.stem.conv.weight", float32(kernel.dims, Float32Array.from(kernel.data)));
  weights.set("encoder.stem.conv.bias", float32(bias.dims, Float32Array.from(bias.data)));
  foldInputRange(
    weights.get("encoder.stem.conv.weight") as Tensor<"float32">,
    weights.get("encoder.stem.conv.bias") as Tensor<"float32">,
  );
  return weights;
}

function installedFile(): string {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE_FILE);
  } catch (error) {
    throw new DepthError(
      "not-found",
      `The pre-trained encoder is not installed (${messageOf(error)}). Run: npm install --no-save @mediapipe/objectron`,
      { cause: error },
    );
  }
}
