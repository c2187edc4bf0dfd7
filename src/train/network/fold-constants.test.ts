import { describe, expect, it } from "vitest";
import { float32 } from "../../graph/tensor.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { createRandom } from "../../util/random.ts";
import { foldInputRange, foldNormalisation } from "./fold-constants.ts";

const random = createRandom(5);
const numbers = (length: number, low = -1, high = 1) => Float32Array.from({ length }, () => random.uniform(low, high));

describe("foldInputRange", () => {
  it("gives on normalised pixels what the convolution gave on -1..1", () => {
    const kernel = float32([2, 3, 2, 1], numbers(12));
    const bias = float32([2], numbers(2));
    const rgb = numbers(6, 0, 1); // [3, 2, 1]
    const normalised = rgb.map((v, i) => (v - (IMAGENET_MEAN[i >> 1] as number)) / (IMAGENET_STD[i >> 1] as number));
    const respond = (pixels: Float32Array) =>
      [0, 1].map((o) =>
        pixels.reduce((sum, v, i) => sum + v * (kernel.data[6 * o + i] as number), bias.data[o] as number),
      );
    const before = respond(rgb.map((v) => 2 * v - 1));
    foldInputRange(kernel, bias);
    respond(normalised).forEach((value, o) => {
      expect(value).toBeCloseTo(before[o] as number, 5);
    });
  });
});

describe("foldNormalisation", () => {
  it("is the convolution followed by the normalisation, in PyTorch's layout", () => {
    const kernel = float32([1, 2, 3, 2], numbers(12)); // [h, w, C, O]
    const norm = { mean: numbers(2), variance: numbers(2, 0.1, 2), shift: numbers(2), epsilon: 1e-3 };
    const x = numbers(6); // [C, h, w]
    const folded = foldNormalisation(kernel, norm);
    expect(folded.kernel.dims).toEqual([2, 3, 1, 2]);
    for (const o of [0, 1]) {
      let sum = 0;
      for (let c = 0; c < 3; c++)
        for (let w = 0; w < 2; w++) sum += (x[c * 2 + w] as number) * (kernel.data[(w * 3 + c) * 2 + o] as number);
      const expected =
        (sum - (norm.mean[o] as number)) / Math.sqrt((norm.variance[o] as number) + norm.epsilon) +
        (norm.shift[o] as number);
      const got = x.reduce(
        (total, v, i) => total + v * (folded.kernel.data[6 * o + i] as number),
        folded.bias.data[o] as number,
      );
      expect(got).toBeCloseTo(expected, 5);
    }
  });
});
