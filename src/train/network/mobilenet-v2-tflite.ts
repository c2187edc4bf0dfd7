import { float32, type Tensor } from "../../graph/tensor.ts";
import { elementsOf } from "../../graph/tensor-bytes.ts";
import { DepthError } from "../../util/errors.ts";
import { halfToFloat32 } from "../../util/float16.ts";
import { parseTflite, type TfliteTensor } from "../../weights/tflite.ts";

/** Where the TFLite file starts in `objectron_solution_packed_assets.data` of `@mediapipe/objectron` (Apache-2.0). */
const TFLITE_START = 184;

/**
 * The 17 inverted-residual blocks of MobileNetV2 (Sandler et al. 2018, table 2): `[expanded, output]` channels.
 * Blocks 1, 3, 6 and 13 have stride 2, and so has the stem.
 */
const BLOCKS: readonly (readonly [expanded: number, output: number])[] = [
  [32, 16],
  [96, 24],
  [144, 24],
  [144, 32],
  [192, 32],
  [192, 32],
  [192, 64],
  [384, 64],
  [384, 64],
  [384, 64],
  [384, 96],
  [576, 96],
  [576, 96],
  [576, 160],
  [960, 160],
  [960, 160],
  [960, 320],
];

/**
 * Takes the MobileNetV2 backbone out of the SSD detector that `@mediapipe/objectron` ships.
 * The network expects RGB in [-1, 1], pads as TensorFlow's SAME and uses ReLU6; batch norm is folded into the weights.
 *
 * @param bytes the whole `objectron_solution_packed_assets.data`
 * @returns float32 tensors in PyTorch layout: `encoder.stem.conv`, and per block 0..16 `encoder.blocks.{i}.expand`
 *   (not in block 0), `.depthwise` [C, 1, 3, 3] and `.project`, each with `.weight` and `.bias`
 * @throws DepthError `bad-file` if the file is damaged or holds another network
 */
export function readMobileNetV2(bytes: Uint8Array): Map<string, Tensor<"float32">> {
  const file = "objectron_solution_packed_assets.data";
  const { tensors, operators } = parseTflite(bytes.subarray(TFLITE_START), file);

  // Constants are stored as halves, each behind a DEQUANTIZE. Their names mislead (the converter merged
  // constants under joined names), so the operators are walked in execution order.
  const storedAs = new Map<number, TfliteTensor | undefined>();
  for (const { opcode, inputs, outputs } of operators) {
    if (opcode === "DEQUANTIZE") storedAs.set(outputs[0] ?? -1, tensors[inputs[0] ?? -1]);
  }
  const result = new Map<string, Tensor<"float32">>();
  let next = 0;

  const take = (name: string, opcode: string, out: number, kernel: number, input: number): void => {
    const depthwise = opcode === "DEPTHWISE_CONV_2D";
    const dims = depthwise ? [1, kernel, kernel, out] : [out, kernel, kernel, input];
    // Skips what is not the backbone's: the first box predictors sit between the expand and the depthwise of block 13.
    for (; next < operators.length; next++) {
      const operator = operators[next];
      if (operator?.opcode !== opcode) continue;
      const weight = storedAs.get(operator.inputs[1] ?? -1);
      const bias = storedAs.get(operator.inputs[2] ?? -1);
      if (!isHalf(weight, dims) || !isHalf(bias, [out])) continue;
      const [groups, perGroup] = depthwise ? [1, out] : [out, input];
      const values = channelsFirst(halves(weight.data), groups, kernel * kernel, perGroup);
      result.set(`${name}.weight`, float32([out, depthwise ? 1 : input, kernel, kernel], values));
      result.set(`${name}.bias`, float32([out], halves(bias.data)));
      next++;
      return;
    }
    throw new DepthError("bad-file", `${file}: no float16 ${opcode} with weights [${dims}] where ${name} should be.`);
  };

  take("encoder.stem.conv", "CONV_2D", 32, 3, 3);
  let channels = 32;
  for (const [i, [expanded, output]] of BLOCKS.entries()) {
    const block = `encoder.blocks.${i}`;
    if (expanded !== channels) take(`${block}.expand`, "CONV_2D", expanded, 1, channels);
    take(`${block}.depthwise`, "DEPTHWISE_CONV_2D", expanded, 3, 1);
    take(`${block}.project`, "CONV_2D", output, 1, expanded);
    channels = output;
  }
  return result;
}

function isHalf(tensor: TfliteTensor | undefined, dims: readonly number[]): tensor is TfliteTensor {
  return tensor?.dtype === "float16" && `${tensor.dims}` === `${dims}` && tensor.data.length > 0;
}

function halves(data: Uint8Array): Float32Array {
  return halfToFloat32(elementsOf("float16", data));
}

/** [groups, kernel * kernel, channels] to [groups, channels, kernel * kernel]; TFLite keeps channels last. */
function channelsFirst(values: Float32Array, groups: number, area: number, channels: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let g = 0; g < groups; g++) {
    for (let k = 0; k < area; k++) {
      for (let c = 0; c < channels; c++) {
        out[(g * channels + c) * area + k] = values[(g * area + k) * channels + c] as number;
      }
    }
  }
  return out;
}
