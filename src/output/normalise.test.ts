import { expect, test } from "vitest";
import { goldenTensors } from "../../test/golden-file.ts";
import { finiteRange } from "../depth/finite-range.ts";
import { colourise } from "./colourise.ts";
import { normaliseToBytes, normaliseToWords } from "./normalise.ts";

const tensors = goldenTensors("postprocess.safetensors");
const cases = [...tensors.keys()]
  .filter((name) => name.endsWith(".resized"))
  .map((name) => name.replace(".resized", ""));
const ranged = (data: Float32Array) => ({ data, range: finiteRange(data) });

test.each(cases)("%s: levels and colours equal the official ones", (name) => {
  const resized = tensors.get(`${name}.resized`);
  const [height = 0, width = 0] = resized?.dims ?? [];
  const depth = { ...ranged(resized?.data as Float32Array), width, height, kind: "disparity" as const };
  expect(normaliseToBytes(depth)).toEqual(tensors.get(`${name}.u8`)?.data);
  const colours = colourise(depth, name.startsWith("v1") ? "inferno" : "spectral_r");
  expect(colours).toEqual({ width, height, maxValue: 255, data: tensors.get(`${name}.color_rgb`)?.data });
});

test("a constant map, NaN and infinities are safe", () => {
  expect([...normaliseToBytes(ranged(Float32Array.of(5, 5, Number.NaN)))]).toEqual([0, 0, 0]);
  expect([...normaliseToWords(ranged(Float32Array.of(5, 5, Number.NaN)))]).toEqual([0, 0, 0]);
  const odd = ranged(Float32Array.of(0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
  expect([...normaliseToBytes(odd)]).toEqual([0, 127, 255, 0, 255, 0]);
  expect([...normaliseToWords(odd)]).toEqual([0, 32768, 65535, 0, 65535, 0]);
});

test("near is red by default for both kinds", () => {
  const map = { ...ranged(Float32Array.of(1, 2)), width: 2, height: 1 };
  const nearOf = { disparity: 1, metric: 0 } as const;
  for (const kind of ["disparity", "metric"] as const) {
    const { data } = colourise({ ...map, kind });
    expect([...data.subarray(nearOf[kind] * 3, nearOf[kind] * 3 + 3)], kind).toEqual([158, 1, 66]);
  }
});
