import { expect, test } from "vitest";
import { float32ToHalf, fromHalfBits, halfToFloat32, toHalfBits } from "./float16.ts";

test("every half survives the way to a number and back", () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 65536; bits++) {
    const value = fromHalfBits(bits);
    if (Number.isNaN(value) ? !Number.isNaN(fromHalfBits(toHalfBits(value))) : toHalfBits(value) !== bits)
      wrong.push(bits);
  }
  expect(wrong).toEqual([]);
});

test("rounds to the nearest half, ties to even, and overflows to infinity", () => {
  expect(fromHalfBits(toHalfBits(1 + 2 ** -11))).toBe(1); // half way, 1 is even
  expect(fromHalfBits(toHalfBits(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9); // half way, the upper one is even
  expect(fromHalfBits(toHalfBits(65519))).toBe(65504);
  expect(fromHalfBits(toHalfBits(65520))).toBe(Number.POSITIVE_INFINITY);
  expect(fromHalfBits(toHalfBits(2 ** -25))).toBe(0); // half of the smallest subnormal, tie to even
  expect(fromHalfBits(toHalfBits(-3 * 2 ** -25))).toBe(-(2 ** -23));
});

test("arrays convert element by element", () => {
  expect(halfToFloat32(float32ToHalf(Float32Array.of(0.5, -2, 1e-7)))).toEqual(Float32Array.of(0.5, -2, 2 ** -23));
});
