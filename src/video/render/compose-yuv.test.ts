import { expect, test } from "vitest";
import type { Yuv420 } from "../video-types.ts";
import { below, beside, blend } from "./compose-yuv.ts";

const plain = (width: number, height: number, level: number): Yuv420 => {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const fill = (count: number, value: number) => new Uint8Array(count).fill(value);
  return { width, height, y: fill(width * height, level), u: fill(chroma, level + 1), v: fill(chroma, level + 2) };
};

test("pictures side by side and one below the other keep their rows", () => {
  const both = beside(plain(4, 2, 10), plain(3, 2, 20));
  expect([both.width, both.height]).toEqual([7, 2]);
  expect([...both.y]).toEqual([10, 10, 10, 10, 20, 20, 20, 10, 10, 10, 10, 20, 20, 20]);
  expect([...both.u]).toEqual([11, 11, 21, 21]);
  const tower = below(plain(2, 2, 10), plain(2, 4, 20));
  expect([tower.height, ...tower.v]).toEqual([6, 12, 22, 22]);
  expect(() => beside(plain(3, 2, 1), plain(3, 2, 1))).toThrow(/even left width/);
  expect(() => below(plain(2, 3, 1), plain(2, 2, 1))).toThrow(/even upper height/);
});

test("alpha 0 is the lower picture, 1 the upper, between is the mean", () => {
  const [a, b] = [plain(4, 4, 20), plain(4, 4, 220)];
  expect(blend(a, b, 0)).toEqual(a);
  expect(blend(a, b, 1)).toEqual(b);
  expect(blend(a, b, 0.5).y[3]).toBe(120);
  expect(blend(b, a, 0.25).u[0]).toBe(171);
});
