import { expect, it } from "vitest";
import { float32 } from "../graph/tensor.ts";
import { toFloat32 } from "./convert.ts";

it("converts every float type to float32", () => {
  const expected = float32([3], [1, -0.5, Number.POSITIVE_INFINITY]);
  expect(toFloat32(expected)).toEqual(expected);
  const halves = Uint16Array.of(0x3c00, 0xb800, 0x7c00);
  expect(toFloat32({ dtype: "float16", dims: [3], data: halves })).toEqual(expected);
  const brains = Uint16Array.of(0x3f80, 0xbf00, 0x7f80);
  expect(toFloat32({ dtype: "bfloat16", dims: [3], data: brains })).toEqual(expected);
  const doubles = Float64Array.of(1, -0.5, 1e300);
  expect(toFloat32({ dtype: "float64", dims: [3], data: doubles })).toEqual(expected);
  expect(() => toFloat32({ dtype: "int64", dims: [1], data: BigInt64Array.of(1n) })).toThrow(/int64 to float32/);
});
