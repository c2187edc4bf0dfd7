import { describe, expect, it } from "vitest";
import { batchSchedule } from "./batch-schedule.ts";
import { sampleSchedule } from "./sample-schedule.ts";

const rooms = [
  { length: 11, weight: 3 },
  { length: 5, weight: 1 },
];
const streets = [
  { length: 11, weight: 0 },
  { length: 5, weight: 1 },
];

function batches(turns: (typeof rooms)[], count: number, start = 0) {
  const schedule = batchSchedule(turns, 4, 7, start);
  return Array.from({ length: count }, () => schedule.next().value);
}

describe("batchSchedule", () => {
  it("is the schedule of samples, cut into batches, where every turn has the same mixture", () => {
    const samples = sampleSchedule(rooms, 7);
    expect(batches([rooms, rooms], 9).flat()).toEqual(Array.from({ length: 36 }, () => samples.next().value));
  });

  it("gives each turn its own mixture, and goes through a dataset before it repeats", () => {
    const all = batches([rooms, streets, rooms], 30);
    const ofTurn = (wanted: boolean) => all.filter((_, batch) => (batch % 3 === 1) === wanted).flat();
    expect(ofTurn(true).every(({ dataset }) => dataset === 1)).toBe(true);
    expect(ofTurn(false).filter(({ dataset }) => dataset === 0)).toHaveLength(60);
    const round = ofTurn(true).slice(5, 10);
    expect(new Set(round.map(({ index }) => index)).size).toBe(5);
  });

  it("resumes at any batch with the same draws", () => {
    const turns = [rooms, streets, rooms, streets, streets];
    const all = batches(turns, 40);
    for (let start = 0; start < 12; start++) expect(batches(turns, 20, start)).toEqual(all.slice(start, start + 20));
  });
});
