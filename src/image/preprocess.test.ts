import { expect, test } from "vitest";
import { goldenTensors, relativeError } from "../../test/golden-file.ts";
import type { Image } from "./image.ts";
import { preprocess } from "./preprocess.ts";

const tensors = goldenTensors("preprocess_synth.safetensors");
const names = [...tensors.keys()].filter((name) => name.endsWith(".tensor")).map((name) => name.split(".")[0]);

function goldenCase(name: string | undefined) {
  const rgb = tensors.get(`${name}.rgb_u8`);
  const expected = tensors.get(`${name}.tensor`);
  const [height = 0, width = 0] = rgb?.dims ?? [];
  const image: Image = { width, height, data: rgb?.data as Uint8Array, maxValue: 255 };
  const [, outHeight = 0, outWidth = 0] = expected?.dims ?? [];
  return { image, expected: expected?.data as Float32Array, size: { width: outWidth, height: outHeight } };
}

test.each(names)("the input tensor of %s equals the official one", (name) => {
  const { image, expected, size } = goldenCase(name);
  expect(relativeError(preprocess(image, size), expected)).toBeLessThan(1e-7);
});

test("16 bits give what 8 bits give", () => {
  const { image, expected, size } = goldenCase("down_portrait");
  const data = Uint16Array.from(image.data, (sample) => sample * 257);
  expect(relativeError(preprocess({ ...image, data, maxValue: 65535 }, size), expected)).toBeLessThan(1e-7);
});

test("mean and deviation can be chosen", () => {
  const image: Image = { width: 1, height: 1, data: Uint8Array.of(255, 0, 51), maxValue: 255 };
  const out = preprocess(image, { width: 1, height: 1, mean: [0.5, 0.5, 0.5], std: [0.5, 0.25, 1] });
  expect([...out]).toEqual([1, -2, expect.closeTo(-0.3, 6)]);
});
