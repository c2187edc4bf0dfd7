import { expect, test } from "vitest";
import { goldenTensors, relativeError } from "../../test/golden-file.ts";
import { resampleBilinear } from "./resample-bilinear.ts";

const tensors = goldenTensors("postprocess.safetensors");
const depth = tensors.get("depth")?.data as Float32Array;

test.each([...tensors.keys()].filter((name) => name.endsWith(".resized")))("%s equals torch", (name) => {
  const expected = tensors.get(name);
  const [height = 0, width = 0] = expected?.dims ?? [];
  const out = resampleBilinear(
    depth,
    { width: 42, height: 28 },
    { width, height, alignCorners: name.startsWith("v2") },
  );
  expect(relativeError(out, expected?.data as Float32Array)).toBeLessThan(2e-7);
});

test("one row, one column, one pixel", () => {
  const out = resampleBilinear(
    Float32Array.of(1, 3),
    { width: 2, height: 1 },
    { width: 3, height: 2, alignCorners: true },
  );
  expect([...out]).toEqual([1, 2, 3, 1, 2, 3]);
  const one = resampleBilinear(
    Float32Array.of(1, 3),
    { width: 2, height: 1 },
    { width: 1, height: 1, alignCorners: false },
  );
  expect([...one]).toEqual([2]);
});
