import { expect, test } from "vitest";
import type { Image } from "../../image/image.ts";
import { IMAGENET_MEAN, IMAGENET_STD, preprocess } from "../../image/preprocess.ts";
import { createRandom } from "../../util/random.ts";
import { networkInput } from "./network-input.ts";

test("a frame of the right size is normalised as preprocess does it", () => {
  const random = createRandom(3);
  const size = { width: 14, height: 10 };
  const data = Uint8Array.from({ length: 14 * 10 * 3 }, () => random.next() * 256);
  const image: Image = { ...size, data, maxValue: 255 };
  const normalisation = { mean: IMAGENET_MEAN, std: IMAGENET_STD };
  const prepare = networkInput(normalisation);
  const [fast, slow] = [prepare(image, size), preprocess(image, { ...size, ...normalisation })];
  for (const [i, value] of slow.entries()) expect(fast[i]).toBeCloseTo(value, 5);
  const other = { width: 28, height: 28 };
  expect(prepare(image, other)).toEqual(preprocess(image, { ...other, ...normalisation }));
});
