import { expect, it } from "vitest";
import { clipStatistics } from "./clip-statistics.ts";
import { extendRange, mapRange, type ShotRange } from "./shot-range.ts";

it("the range of a map leaves out the outermost hundredths and what is not finite", () => {
  const data = Float32Array.from({ length: 1001 }, (_, i) => i);
  data[1000] = 1e9;
  data[0] = Number.NaN;
  const range = mapRange(data);
  expect(range?.low).toBeCloseTo(11 - 0.03 * 980, 0);
  expect(range?.high).toBeCloseTo(990 + 0.03 * 980, 0);
  expect(mapRange(new Float32Array(9).fill(Number.NaN))).toBeUndefined();
});

it("the range of a shot settles on its first frames, then moves too little to be seen", () => {
  let shot: ShotRange | undefined;
  for (const frame of [
    { low: 1, high: 9 },
    { low: 0, high: 10 },
    { low: 2, high: 8 },
  ])
    shot = extendRange(shot, frame);
  expect([shot?.low, shot?.high]).toEqual([0, 10]);
  for (let i = 0; i < 500; i++) {
    const next = extendRange(shot, { low: 5, high: 30 });
    const span = (shot?.high ?? 0) - (shot?.low ?? 0);
    expect(Math.abs(next.high - (shot?.high ?? 0))).toBeLessThan(0.005 * span);
    expect(Math.abs(next.low - (shot?.low ?? 0))).toBeLessThan(0.001 * span);
    shot = next;
  }
  // It arrives where values are cut off; an end that is merely too far out may stay a while.
  expect(shot?.high).toBeCloseTo(30, 3);
  expect(shot?.low).toBeLessThan(5);
});

it("a constant map's range follows at once: it has no size to move by", () => {
  let shot = extendRange(undefined, { low: 2, high: 2 });
  for (let i = 0; i < 5; i++) shot = extendRange(shot, { low: 3, high: 4 });
  expect(shot.high).toBeGreaterThanOrEqual(4);
});

it("a first pass gives a shot the range that all but a tenth of its frames stay in", () => {
  const lows = Array.from({ length: 11 }, (_, i) => i);
  const statistics = clipStatistics(11, [{ firstFrame: 0, lows, highs: lows.map((low) => low + 10) }]);
  expect(statistics).toEqual({ frames: 11, shots: [{ firstFrame: 0, range: { low: 1, high: 19 } }] });
});
