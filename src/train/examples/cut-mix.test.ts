import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { type CutMixInput, cutMix } from "./cut-mix.ts";

const size = { width: 7, height: 5 };
const plane = size.width * size.height;

/** A batch in which every number tells picture, channel and pixel. */
function batchOf(count: number): CutMixInput {
  const at = (i: number) => i % plane;
  return {
    strong: Float32Array.from({ length: count * 3 * plane }, (_, i) => 1000 * Math.floor(i / plane) + at(i)),
    target: Float32Array.from({ length: count * plane }, (_, i) => 1e6 + 1000 * Math.floor(i / plane) + at(i)),
    mask: Float32Array.from({ length: count * plane }, (_, i) => (Math.floor(i / plane) + at(i)) % 2),
  };
}

/** Columns and rows of the zeros of a region, or undefined where there are none. */
function hole(region: Float32Array): { left: number; right: number; top: number; bottom: number } | undefined {
  const zeros = [...region.keys()].filter((i) => region[i] === 0);
  if (zeros.length === 0) return undefined;
  const columns = zeros.map((i) => i % size.width);
  const rows = zeros.map((i) => Math.floor(i / size.width));
  const box = {
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
  };
  expect(zeros).toHaveLength((box.right - box.left + 1) * (box.bottom - box.top + 1));
  return box;
}

describe("cutMix", () => {
  it("shows own pixels where the region is 1 and one partner's at the same place where it is 0, in all four maps", () => {
    const count = 4;
    const batch = batchOf(count);
    let holes = 0;
    for (let seed = 0; seed < 60; seed++) {
      const mixed = cutMix(batch, size, createRandom(seed), 1);
      for (let own = 0; own < count; own++) {
        const region = mixed.region.subarray(own * plane, (own + 1) * plane);
        if (hole(region) !== undefined) holes++;
        const partners = new Set<number>();
        for (let i = 0; i < plane; i++) {
          const shown = Math.floor(((mixed.target[own * plane + i] as number) - 1e6) / 1000);
          if (region[i] === 1) expect(shown).toBe(own);
          else partners.add(shown);
          expect(mixed.target[own * plane + i]).toBe(batch.target[shown * plane + i]);
          expect(mixed.mask[own * plane + i]).toBe(batch.mask[shown * plane + i]);
          for (let channel = 0; channel < 3; channel++)
            expect(mixed.pixels[(own * 3 + channel) * plane + i]).toBe(batch.strong[(shown * 3 + channel) * plane + i]);
        }
        expect(partners.has(own)).toBe(false);
        expect(partners.size).toBeLessThanOrEqual(1);
      }
    }
    expect(holes).toBeGreaterThan(150);
  });

  it("leaves the input alone and is the same for the same random source", () => {
    const batch = batchOf(3);
    const mixed = cutMix(batch, size, createRandom(7));
    expect(batch).toEqual(batchOf(3));
    expect(cutMix(batch, size, createRandom(7))).toEqual(mixed);
    expect(cutMix(batch, size, createRandom(8))).not.toEqual(mixed);
  });

  it("does nothing at probability 0 and in a batch of one", () => {
    for (const [count, probability] of [
      [3, 0],
      [1, 1],
    ] as const) {
      const batch = batchOf(count);
      const { pixels, target, mask, region } = cutMix(batch, size, createRandom(1), probability);
      expect({ strong: pixels, target, mask }).toEqual(batch);
      expect(region).toEqual(new Float32Array(count * plane).fill(1));
    }
  });

  it("mixes half of the pictures, with rectangles of the published law", () => {
    const [width, height, count] = [64, 48, 2];
    const batch = {
      strong: new Float32Array(count * 3 * 3072),
      target: new Float32Array(count * 3072),
      mask: new Float32Array(count * 3072),
    };
    const areas: number[] = [];
    for (let seed = 0; seed < 2000; seed++) {
      const { region } = cutMix(batch, { width, height }, createRandom(seed, 3));
      for (let own = 0; own < count; own++) {
        let own1 = 0;
        for (let i = own * 3072; i < (own + 1) * 3072; i++) own1 += region[i] as number;
        areas.push(1 - own1 / 3072);
      }
    }
    const mixed = areas.filter((area) => area > 0);
    expect(mixed.length / areas.length).toBeGreaterThan(0.46);
    expect(mixed.length / areas.length).toBeLessThan(0.52);
    // Without the border the mean of 1 - lambda is 1/2; cut off, a side s keeps s - s^2 / 4: mean (s - s^2/4)^2 over s^2
    // uniform is 1/2 - 1/5 + 1/48 = 0.321.
    const mean = mixed.reduce((sum, area) => sum + area, 0) / mixed.length;
    expect(Math.abs(mean - 0.321)).toBeLessThan(0.015);
    expect(Math.max(...mixed)).toBeGreaterThan(0.85);
  });
});
