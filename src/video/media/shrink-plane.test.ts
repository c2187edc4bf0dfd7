import fc from "fast-check";
import { expect, it } from "vitest";
import { createPlaneShrinker, type Plane } from "./shrink-plane.ts";

/** The mean over the exact area of each cell, in floating point. */
function areaMeans({ width, height, stride, data }: Plane, toWidth: number, toHeight: number): number[] {
  const out: number[] = [];
  for (let j = 0; j < toHeight; j++)
    for (let i = 0; i < toWidth; i++) {
      let sum = 0;
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const across = Math.min(x + 1, ((i + 1) * width) / toWidth) - Math.max(x, (i * width) / toWidth);
          const down = Math.min(y + 1, ((j + 1) * height) / toHeight) - Math.max(y, (j * height) / toHeight);
          if (across > 0 && down > 0) sum += across * down * (data[y * stride + x] as number);
        }
      out.push((sum * toWidth * toHeight) / (width * height));
    }
  return out;
}

function plane(width: number, height: number, top: number, seed: number): Plane {
  const stride = (width + 7) & ~3;
  const data = top > 255 ? new Uint16Array(stride * height) : new Uint8Array(stride * height);
  // Extremes are frequent: they are what overflows.
  for (let i = 0, state = seed | 1; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = state & 0x1000000 ? top : (state >>> 8) % (top + 1);
  }
  return { width, height, stride, data };
}

const side = fc.integer({ min: 1, max: 40 });

it.each([255, 1023, 4095])("means of areas, samples up to %i", (top) => {
  const shrinker = createPlaneShrinker();
  fc.assert(
    fc.property(side, side, side, side, fc.nat(), (width, height, toWidth, toHeight, seed) => {
      const from = plane(width, height, top, seed);
      const to = shrinker.shrink(from, toWidth, toHeight);
      const expected = areaMeans(from, toWidth, toHeight);
      expect([to.width, to.height]).toEqual([toWidth, toHeight]);
      for (let j = 0; j < toHeight; j++)
        for (let i = 0; i < toWidth; i++) {
          const got = to.data[j * to.stride + i] as number;
          // Weights are rounded to 1/256 and bytes twice.
          expect(Math.abs(got - (expected[j * toWidth + i] as number))).toBeLessThan(1.1 + top / 128);
        }
    }),
    { numRuns: 150, seed: 7 },
  );
});

it("leaves one colour as it is, at every size", () => {
  const shrinker = createPlaneShrinker();
  for (const value of [0, 1, 127, 254, 255]) {
    const flat: Plane = { width: 37, height: 23, stride: 40, data: new Uint8Array(40 * 23).fill(value) };
    for (const [width, height] of [
      [5, 3],
      [36, 22],
      [37, 5],
      [80, 50],
    ] as const) {
      const { data, stride } = shrinker.shrink(flat, width, height);
      for (let j = 0; j < height; j++)
        expect(new Set(data.subarray(j * stride, j * stride + width))).toEqual(new Set([value]));
    }
  }
});

it("does two planes at once as it does them one by one", () => {
  const shrinker = createPlaneShrinker();
  const [a, b] = [plane(33, 21, 255, 1), plane(33, 21, 255, 2)];
  expect(shrinker.shrinkPair(a, b, 12, 7)).toEqual([shrinker.shrink(a, 12, 7), shrinker.shrink(b, 12, 7)]);
});

it("hands a plane of the right size back without copying it", () => {
  const from = plane(16, 8, 255, 3);
  expect(createPlaneShrinker().shrink(from, 16, 8)).toBe(from);
});
