import { expect, test } from "vitest";
import { goldenJson } from "../../test/golden-file.ts";
import { inputSize, type ResizeBound } from "./resize-rule.ts";

type Row = [method: string, target: number, keepAspect: 0 | 1, ...sizes: [number, number, number, number]];

test("the official rule gives the size of every golden row", () => {
  const { rows } = goldenJson<{ rows: Row[] }>("preprocess_sizes.json");
  expect(rows.length).toBe(486);
  for (const [method, target, keep, width, height, outWidth, outHeight] of rows) {
    const bound = method.replace("_bound", "") as ResizeBound;
    const size = inputSize(width, height, { bound, target, keepAspect: keep === 1 });
    // Two golden rows (17x1000 at 392) hold a side of 0 pixels, which upstream cannot resize to: ours is one patch.
    expect(size, `${method} ${target} ${keep} ${width}x${height}`).toEqual({
      width: Math.max(14, outWidth),
      height: Math.max(14, outHeight),
    });
  }
});

test.each([
  [300, 200, 518, 350],
  [700, 300, 518, 224],
  [320, 240, 518, 392],
  [256, 1024, 126, 518],
  [640, 480, 686, 518],
  [1920, 1080, 924, 518],
  [4032, 3024, 686, 518],
  [1000, 400, 1288, 518],
])("the Hugging Face rule takes %ix%i to %ix%i", (width, height, outWidth, outHeight) => {
  expect(inputSize(width, height, { rule: "hf" })).toEqual({ width: outWidth, height: outHeight });
});

test("exact, native and unequal targets", () => {
  expect(inputSize(640, 480, { rule: "exact" })).toEqual({ width: 518, height: 518 });
  expect(inputSize(640, 480, { rule: "exact", target: { width: 280, height: 140 } })).toEqual({
    width: 280,
    height: 140,
  });
  expect(inputSize(640, 480, { rule: "native" })).toEqual({ width: 644, height: 476 });
  expect(inputSize(640, 480, { rule: "native", multiple: 32 })).toEqual({ width: 640, height: 480 });
  expect(inputSize(5, 3, { rule: "native" })).toEqual({ width: 14, height: 14 });
});

test.each([
  [1242, 375, 448, 128],
  [375, 1242, 128, 448],
  [1920, 1080, 448, 256],
  [640, 480, 384, 288],
  [500, 500, 288, 288],
])("%ix%i with no side above 448 becomes %ix%i", (width, height, outWidth, outHeight) => {
  const size = { width: outWidth, height: outHeight };
  expect(inputSize(width, height, { target: 288, multiple: 32, maxSide: 448 })).toEqual(size);
  expect(inputSize(width, height, { rule: "exact", target: size, multiple: 32, maxSide: 64 })).toEqual(size);
});

test("a limit holds for the Hugging Face rule too", () => {
  expect(inputSize(1920, 1080, { rule: "hf", maxSide: 420 })).toEqual({ width: 420, height: 238 });
});

test("refuses sizes that are no sizes", () => {
  expect(() => inputSize(0, 10)).toThrow(/width must be a positive whole number, got 0/);
  expect(() => inputSize(10, 10, { target: Number.NaN })).toThrow(/target width/);
  expect(() => inputSize(640, 480, { rule: "exact", target: 500 })).toThrow(/500x500 is not made of multiples of 14/);
});
