import { describe, expect, it } from "vitest";
import { float32 } from "../../graph/tensor.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { createRandom } from "../../util/random.ts";
import { foldInputRange } from "./fold-input-range.ts";

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
