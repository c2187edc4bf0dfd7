import { expect, test } from "vitest";
import { finiteRange } from "./finite-range.ts";

test("the range leaves out NaN and infinities", () => {
  const data = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 3, -2, Number.NEGATIVE_INFINITY, 0.5);
  expect(finiteRange(data)).toEqual({ min: -2, max: 3 });
  expect(finiteRange(Float32Array.of(7))).toEqual({ min: 7, max: 7 });
});

test("a map without a finite value has the range 0 to 0", () => {
  expect(finiteRange(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY))).toEqual({ min: 0, max: 0 });
  expect(finiteRange(new Float32Array(0))).toEqual({ min: 0, max: 0 });
});
