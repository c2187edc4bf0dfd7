import { expect, it } from "vitest";
import type { Plane } from "./shrink-plane.ts";
import { toneMap } from "./tone-map.ts";
import type { ColourCoding } from "./ycbcr.ts";

const one = (value: number): Plane => ({ width: 1, height: 1, stride: 1, data: Uint16Array.of(value) });
/** A pixel of a BT.2100 signal, 0..1, in limited range of 10 bits. */
const shown = (signal: number, transfer: "pq" | "hlg", cb = 0, cr = 0): number[] => {
  const coding: ColourCoding = { matrix: "bt2020", isFullRange: false, transfer };
  const colour = (value: number): Plane => one(Math.round(512 + 896 * value));
  const planes = { y: one(Math.round(64 + 876 * signal)), u: colour(cb), v: colour(cr), bitDepth: 10 };
  return [...toneMap(planes, coding)];
};

/** PQ's signal for a luminance (BT.2100-2, table 4). */
const pq = (nits: number): number => {
  const power = (nits / 10000) ** (2610 / 16384);
  return ((3424 / 4096 + (2413 / 128) * power) / (1 + (2392 / 128) * power)) ** (2523 / 32);
};
const srgb = (light: number): number => 255 * (1.055 * light ** (1 / 2.4) - 0.055);

it.each([5, 20, 80, 140])("PQ of %i nits is shown as it is, reference white at 203", (nits) => {
  const [r, g, b] = shown(pq(nits), "pq") as [number, number, number];
  expect(Math.abs(g - srgb(nits / 203))).toBeLessThan(2);
  expect([Math.abs(r - g), Math.abs(b - g)].every((difference) => difference <= 1)).toBe(true);
});

it("HLG's 75 % is reference white, as PQ's 203 nits", () => {
  const [hlg, reference] = [shown(0.75, "hlg"), shown(pq(203), "pq")];
  expect(Math.abs((hlg[1] as number) - (reference[1] as number))).toBeLessThan(3);
  expect(reference[1]).toBeGreaterThan(235);
});

it.each(["pq", "hlg"] as const)("%s: black is black, highlights stay apart and under white", (transfer) => {
  expect(shown(0, transfer)).toEqual([0, 0, 0]);
  const greys = Array.from({ length: 21 }, (_, i) => shown(i / 20, transfer)[1] as number);
  for (let i = 1; i < greys.length; i++) expect(greys[i]).toBeGreaterThanOrEqual(greys[i - 1] as number);
  const peak = transfer === "pq" ? pq(600) : 0.9;
  expect(shown(peak, transfer)[1]).toBeLessThan(256);
  expect(shown(peak, transfer)[1]).toBeGreaterThan(shown(pq(250), "pq")[1] as number);
});

it("keeps the hue of a highlight", () => {
  const [r, g, b] = shown(pq(400), "pq", 0, 0.1) as [number, number, number];
  expect(r).toBeGreaterThan(g + 30);
  expect(r).toBeGreaterThan(b + 10);
});
