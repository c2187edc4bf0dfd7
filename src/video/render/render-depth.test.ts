import { expect, test } from "vitest";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import { createRandom } from "../../util/random.ts";
import { depthPalette, LEVELS } from "./palette.ts";
import { depthDrawer } from "./render-depth.ts";

const random = createRandom(7);
const noise = (count: number) => Float32Array.from({ length: count }, () => random.next() * 2 - 1);
const range = { low: -1, high: 1 };

test.each([
  [{ width: 16, height: 9 }, { width: 64, height: 36 }, false],
  [{ width: 16, height: 9 }, { width: 61, height: 35 }, true],
  [{ width: 12, height: 10 }, { width: 12, height: 10 }, false],
  [{ width: 1, height: 1 }, { width: 5, height: 3 }, true],
  [{ width: 40, height: 30 }, { width: 13, height: 7 }, false],
] as const)("enlarges as resampleBilinear: %j to %j, aligned corners %s", (from, to, alignCorners) => {
  const data = noise(from.width * from.height);
  const draw = depthDrawer(from, to, depthPalette({ kind: "disparity", grey: true }), alignCorners);
  const { y, u, v } = draw({ ...from, data, range });
  const expected = resampleBilinear(data, from, { ...to, alignCorners });
  expect(y).toHaveLength(to.width * to.height);
  for (const [i, value] of expected.entries())
    expect(Math.abs((y[i] as number) - (16 + (219 * (value + 1)) / 2))).toBeLessThan(1.6);
  const chroma = ((to.width + 1) >> 1) * ((to.height + 1) >> 1);
  expect([u, v]).toEqual([new Uint8Array(chroma).fill(128), new Uint8Array(chroma).fill(128)]);
});

test("colours are those of the table, chroma is that of the mean of two by two", () => {
  const palette = depthPalette({ kind: "disparity", colormap: "turbo" });
  const size = { width: 3, height: 3 };
  const data = Float32Array.of(0, 1, 0.5, 0.25, 0.75, 1, 0, 0, 1);
  const level = (value: number) => Math.round(value * (LEVELS - 1));
  const { y, u } = depthDrawer(size, size, palette, false)({ ...size, data, range: { low: 0, high: 1 } });
  expect([...y]).toEqual([...data].map((value) => palette.y[level(value)]));
  expect(u[0]).toBe(palette.u[level((0 + 1 + 0.25 + 0.75) / 4)]);
  expect(u[3]).toBe(palette.u[level(1)]);
});

test("values beyond the range, NaN and infinities take the ends; a range without extent is the low end", () => {
  const palette = depthPalette({ kind: "disparity", grey: true });
  const size = { width: 6, height: 1 };
  const draw = depthDrawer(size, size, palette, false);
  const values = [-5, 7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
  const data = Float32Array.from(values);
  expect([...draw({ ...size, data, range }).y]).toEqual([16, 235, 16, 235, 16, 235]);
  expect([...draw({ ...size, data, range: { low: 1, high: 1 } }).y]).toEqual(new Array(6).fill(16));
});

test("near is white in grey videos of both kinds, and red in colour ones", () => {
  expect(depthPalette({ kind: "disparity", grey: true }).y.at(-1)).toBe(235);
  expect(depthPalette({ kind: "metric", grey: true }).y[0]).toBe(235);
  const isRed = (v: number | undefined) => expect(v).toBeGreaterThan(150);
  isRed(depthPalette({ kind: "disparity" }).v.at(-1));
  isRed(depthPalette({ kind: "metric" }).v[0]);
});
