import type { Tensor } from "../../graph/tensor.ts";
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
