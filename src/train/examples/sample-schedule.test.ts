import { describe, expect, it } from "vitest";
import { type Draw, sampleSchedule } from "./sample-schedule.ts";

const parts = [
  { length: 7, weight: 0.6 },
  { length: 3, weight: 0.3 },
  { length: 5, weight: 0.1 },
];

function draws(count: number, seed: number, start = 0): Draw[] {
  const schedule = sampleSchedule(parts, seed, start);
  return Array.from({ length: count }, () => schedule.next().value);
}

describe("sampleSchedule", () => {
  it("holds every stretch to the weights", () => {
    const all = draws(1000, 1);
    for (const start of [0, 137, 700]) {
      const stretch = all.slice(start, start + 100);
      for (const [dataset, { weight }] of parts.entries()) {
        const count = stretch.filter((draw) => draw.dataset === dataset).length;
        expect(Math.abs(count - 100 * weight)).toBeLessThanOrEqual(1);
      }
    }
  });

  it("goes through a whole dataset before it repeats, each time in another order", () => {
    const first = draws(200, 1)
      .filter((draw) => draw.dataset === 0)
      .map((draw) => draw.index);
    const rounds = [0, 1, 2, 3].map((round) => first.slice(7 * round, 7 * round + 7));
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(1);
  });

  it("resumes anywhere with the same draws", () => {
    expect(draws(50, 4, 123)).toEqual(draws(173, 4).slice(123));
  });

  it("depends on the seed, and leaves out what weighs nothing", () => {
    expect(draws(50, 1)).not.toEqual(draws(50, 2));
    const schedule = sampleSchedule(
      [
        { length: 4, weight: 0 },
        { length: 4, weight: 2 },
      ],
      1,
    );
    for (let i = 0; i < 20; i++) expect(schedule.next().value.dataset).toBe(1);
  });
});
