import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import { foldInputRange, foldNormalisation } from "./fold-constants.ts";

/** The package whose picture classifier the teacher's encoder is taken from (MIT), and its folder of the model. */
const PACKAGE = "nsfwjs";
const FOLDER = "dist/models/inception_v3";
const SHARDS = 6;
const CONVOLUTIONS = 94;
/** Batch norm of the classifier: no scale, and this beside the variance. */
const EPSILON = 1e-3;

/**
 * Inception v3, trained on ImageNet, its upper half trained on as a classifier of picture content: the encoder of the
 * teacher, for pictures normalised by the ImageNet statistics (the network itself takes RGB in -1..1, which is folded
 * into the first convolution). The package stores it as 8-bit numbers, which are read as text and never executed.
 * @param folder folder of the package's model; default: where the npm package `nsfwjs` is installed
 * @throws DepthError `not-found` saying how to get the package, `bad-file` when its files are not the expected ones.
 */
export async function pretrainedInceptionEncoder(folder?: string): Promise<Map<string, Tensor<"float32">>> {
  const from = folder ?? installedFolder();
  const read = (name: string) =>
    readFile(join(from, name), "utf8").catch((error: unknown) => {
      throw new DepthError("not-found", `Cannot read ${join(from, name)}: ${messageOf(error)}`, { cause: error });
    });
  const manifest = await read("model.min.js");
  const shards = await Promise.all(
    Array.from({ length: SHARDS }, (_, i) => read(`group1-shard${i + 1}of${SHARDS}.min.js`)),
  );
  const tensors = readQuantised(manifest, Buffer.concat(shards.map((text) => base64Of(text, from))), from);
  const weights = new Map<string, Tensor<"float32">>();
  for (let i = 1; i <= CONVOLUTIONS; i++) {
    const part = (name: string) => {
      const tensor = tensors.get(name);
      if (tensor) return tensor;
      throw new DepthError("bad-file", `${from}: tensor "${name}" is missing; expected nsfwjs 4's Inception v3.`);
    };
    const norm = `batch_normalization_${i}`;
    const [mean, variance, shift] = ["moving_mean", "moving_variance", "beta"].map(
      (name) => part(`${norm}/${name}`).data,
    );
    const { kernel, bias } = foldNormalisation(part(`conv2d_${i}/kernel`), {
      ...{ mean: mean as Float32Array, variance: variance as Float32Array, shift: shift as Float32Array },
      epsilon: EPSILON,
    });
    if (i === 1) foldInputRange(kernel, bias);
    weights.set(`encoder.conv${i}.weight`, kernel).set(`encoder.conv${i}.bias`, bias);
  }
  return weights;
}

function installedFolder(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(`${PACKAGE}/models/inception_v3`);
    const root = entry.slice(0, entry.lastIndexOf(`${PACKAGE}/dist`) + PACKAGE.length);
    return join(root, FOLDER);
  } catch (error) {
    throw new DepthError(
      "not-found",
      `The pre-trained encoder is not installed (${messageOf(error)}). Run: npm install --no-save --ignore-scripts ${PACKAGE}`,
      { cause: error },
    );
  }
}

/** The one long text of a shard, which is base64. */
function base64Of(script: string, from: string): Buffer {
  const text = script.split('"').find((part) => part.length >= 1000 && !/[^A-Za-z0-9+/=]/.test(part));
  if (text === undefined) throw new DepthError("bad-file", `${from}: a shard holds no base64 text; expected nsfwjs 4.`);
  return Buffer.from(text, "base64");
}

/** The tensors of a TensorFlow.js weights manifest: value = 8-bit number * scale + min. */
function readQuantised(manifest: string, bytes: Buffer, from: string): Map<string, Tensor<"float32">> {
  const row =
    /\{name:"([^"]+)",shape:\[([\d,]*)\],dtype:"float32",quantization:\{min:([-\d.e]+),scale:([-\d.e]+),dtype:"uint8"\}\}/g;
  const tensors = new Map<string, Tensor<"float32">>();
  let offset = 0;
  for (const [, name, shape, min, scale] of manifest.matchAll(row)) {
    const tensor = float32((shape as string).split(",").map(Number));
    const { data } = tensor;
    if (offset + data.length > bytes.length) break;
    for (let i = 0; i < data.length; i++) data[i] = (bytes[offset + i] as number) * Number(scale) + Number(min);
    tensors.set(name as string, tensor);
    offset += data.length;
  }
  if (offset !== bytes.length)
    throw new DepthError(
      "bad-file",
      `${from}: the weights' list names ${offset} bytes and the shards hold ${bytes.length}.`,
    );
  return tensors;
}
