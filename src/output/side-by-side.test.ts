import { expect, test } from "vitest";
import type { Image } from "../image/image.ts";
import { captionedSideBySide } from "./captioned-side-by-side.node.ts";
import { sideBySide } from "./side-by-side.ts";

const plain = (width: number, height: number, rgb: readonly number[]): Image => ({
  width,
  height,
  maxValue: 255,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3] as number),
});
const at = ({ width, data }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x + 1) * 3),
];
const white = [255, 255, 255];
const red = [200, 10, 20];
const blue = [5, 15, 250];

test("photo, white gap, depth", () => {
  const both = sideBySide(plain(4, 3, red), plain(4, 3, blue));
  expect(both).toMatchObject({ width: 58, height: 3, maxValue: 255 });
  for (const y of [0, 2]) {
    expect([0, 3, 4, 53, 54, 57].map((x) => at(both, x, y))).toEqual([red, red, white, white, blue, blue]);
  }
});

test("a 16-bit photo is brought to 8 bits; the gap can be chosen", () => {
  const photo: Image = { width: 1, height: 1, data: Uint16Array.of(65535, 257, 0), maxValue: 65535 };
  const both = sideBySide(photo, plain(1, 1, blue), { gapPx: 0 });
  expect([...both.data]).toEqual([255, 1, 0, ...blue]);
});

test("pictures of two sizes are refused", () => {
  expect(() => sideBySide(plain(4, 3, red), plain(3, 4, blue))).toThrow(/4x3 and 3x4/);
});

test("captions stand centred in a white bar of 60 pixels, the pictures below are untouched", async () => {
  const photo = plain(300, 20, red);
  const depth = plain(300, 20, blue);
  const captioned = await captionedSideBySide(photo, depth);
  expect(captioned).toMatchObject({ width: 650, height: 80 });
  expect(captioned.data.slice(60 * 650 * 3)).toEqual(sideBySide(photo, depth).data);
  const inked = Array.from({ length: 650 }, (_, x) => x).filter((x) =>
    Array.from({ length: 60 }, (_, y) => at(captioned, x, y)[0] as number).some((level) => level < 128),
  );
  const centreOf = (columns: readonly number[]) => ((columns[0] ?? 0) + (columns.at(-1) ?? 0)) / 2;
  expect(centreOf(inked.filter((x) => x < 325))).toBeCloseTo(150, -1);
  expect(centreOf(inked.filter((x) => x > 325))).toBeCloseTo(500, -1);
});

test("characters that mean something to XML are just text", async () => {
  const photo = plain(300, 4, red);
  const odd = await captionedSideBySide(photo, photo, ["a < b & c", "<text>"]);
  expect(odd.data).not.toEqual(sideBySide(photo, photo, { barPx: 60 }).data);
});
