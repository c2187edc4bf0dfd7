import { float32, type Tensor } from "../../graph/tensor.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";

/**
 * Changes a first convolution made for RGB in -1..1 so that it takes pictures normalised by the ImageNet statistics, in
 * place. Its padding stays 0, which now stands for the mean colour instead of grey.
 * @param kernel [O, 3, h, w] @param bias [O]
 */
export function foldInputRange(kernel: Tensor<"float32">, bias: Tensor<"float32">): void {
  const [, channels, height, width] = kernel.dims as readonly [number, number, number, number];
  const taps = height * width;
  for (let i = 0; i < kernel.data.length; i++) {
    const channel = Math.floor(i / taps) % channels;
    const filter = Math.floor(i / (taps * channels));
    const weight = kernel.data[i] as number;
    // 2 rgb - 1 = 2 std z + (2 mean - 1) for the normalised z
    kernel.data[i] = weight * 2 * (IMAGENET_STD[channel] as number);
    bias.data[filter] = (bias.data[filter] as number) + weight * (2 * (IMAGENET_MEAN[channel] as number) - 1);
  }
}

/** Batch norm without a scale, as it is used after training. */
export interface Normalisation {
  /** One number a channel each. */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly shift: Float32Array;
  /** Added to the variance. */
  readonly epsilon: number;
}

/**
 * A convolution and the batch norm after it as one convolution in PyTorch's layout.
 * @param kernel without bias, in TensorFlow's layout [h, w, C, O]
 * @returns kernel [O, C, h, w] and bias [O]
 */
export function foldNormalisation(
  kernel: Tensor<"float32">,
  { mean, variance, shift, epsilon }: Normalisation,
): { readonly kernel: Tensor<"float32">; readonly bias: Tensor<"float32"> } {
  const [height, width, inputs, outputs] = kernel.dims as readonly [number, number, number, number];
  const taps = height * width;
  const folded = float32([outputs, inputs, height, width]);
  const bias = float32([outputs]);
  for (let out = 0; out < outputs; out++) {
    const scale = 1 / Math.sqrt((variance[out] as number) + epsilon);
    bias.data[out] = (shift[out] as number) - (mean[out] as number) * scale;
    for (let channel = 0; channel < inputs; channel++)
      for (let tap = 0; tap < taps; tap++)
        folded.data[(out * inputs + channel) * taps + tap] =
          (kernel.data[(tap * inputs + channel) * outputs + out] as number) * scale;
  }
  return { kernel: folded, bias };
}
