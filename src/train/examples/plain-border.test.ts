import { expect, test } from "vitest";
import { createRandom } from "../../util/random.ts";
import { paintBorder } from "./plain-border.ts";

const SIZE = { width: 40, height: 30 };
const PLANE = 1200;

/** Where a seed's border is, as [left, right, top, bottom] of the inside; what it is painted with. */
function painted(seed: number) {
  const pixels = new Float32Array(3 * PLANE).fill(-1);
  const mask = new Float32Array(PLANE).fill(1);
  paintBorder(pixels, mask, SIZE, createRandom(seed));
  const inside = [...mask.keys()].filter((i) => mask[i] === 1);
  const [xs, ys] = [inside.map((i) => i % 40), inside.map((i) => Math.floor(i / 40))];
  const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)] as const;
  return { pixels, mask, inside, box };
}

test("what is outside the border stays, all of the border is one colour and unknown", () => {
  for (let seed = 0; seed < 30; seed++) {
    const { pixels, mask, inside, box } = painted(seed);
    const [left, right, top, bottom] = box;
    expect(inside).toHaveLength((right - left + 1) * (bottom - top + 1));
    const colours = new Set<number>();
    const kept = pixels.filter((value, i) => {
      if (mask[i % PLANE] === 0) colours.add(value);
      return mask[i % PLANE] === 1;
    });
    expect(new Set(kept)).toEqual(new Set([-1]));
    expect(colours.size).toBeLessThanOrEqual(1);
    for (const level of colours) expect(level >= 0 && level <= 1).toBe(true);
  }
});

test("margins are thin and all around, bars lie at two opposite sides", () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const [left, right, top, bottom] = painted(seed).box;
    const [beside, above] = [Math.max(left, 39 - right), Math.max(top, 29 - bottom)];
    expect(beside).toBeLessThanOrEqual(6);
    expect(above).toBeLessThanOrEqual(5);
    if (beside > 2) expect(above).toBe(0);
    if (above > 1) expect(beside).toBe(0);
    kinds.add(beside > 2 ? "beside" : above > 1 ? "above" : "margin");
  }
  expect([...kinds].sort()).toEqual(["above", "beside", "margin"]);
});
