import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
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
  const foldedKernel = Float32Array.from(kernel.data);
  const foldedBias = Float32Array.from(bias.data);
  const taps = 9;
  for (let i = 0; i < foldedKernel.length; i++) {
    const channel = Math.floor(i / taps) % 3;
    const weight = kernel.data[i] as number;
    // 2 rgb - 1 = 2 std z + (2 mean - 1) for the normalised z
    foldedKernel[i] = weight * 2 * (IMAGENET_STD[channel] as number);
    const filter = Math.floor(i / (3 * taps));
    foldedBias[filter] = (foldedBias[filter] as number) + weight * (2 * (IMAGENET_MEAN[channel] as number) - 1);
  }
  weights.set("encoder.stem.conv.weight", float32(kernel.dims, foldedKernel));
  weights.set("encoder.stem.conv.bias", float32(bias.dims, foldedBias));
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
