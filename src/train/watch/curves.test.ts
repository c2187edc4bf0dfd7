import { describe, expect, it } from "vitest";
import { pointsOf, quantile, smoothed, spansOf, thinned } from "./curves.ts";

const ramp = (count: number) => Array.from({ length: count }, (_, i) => ({ step: i + 1, value: i + 1 }));

it("leaves out what is not a finite number", () => {
  const records = [1, null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 0].map((value, i) => ({ step: i, value }));
  expect(pointsOf(records, ({ value }) => value)).toEqual([
    { step: 0, value: 1 },
    { step: 5, value: 0 },
  ]);
});

describe("smoothed", () => {
  it("is the mean over a window about each point, smaller at the ends", () => {
    const points = [1, 5, 3, 7, 100].map((value, i) => ({ step: i, value }));
    expect(smoothed(points, 3, 10).map(({ value }) => value)).toEqual([3, 3, 5, 110 / 3, 53.5]);
    expect(smoothed(points, 0.2, 10)).toEqual(points);
    expect(smoothed([], 3, 10)).toEqual([]);
  });

  it("does not lag behind a ramp, and gives as many points as asked for with the last one", () => {
    const found = smoothed(ramp(10_000), 201, 100);
    expect(found).toHaveLength(100);
    for (const { step, value } of found.slice(1, -1)) expect(value).toBe(step);
    expect(found.at(-1)?.step).toBe(10_000);
  });
});

it("thins to evenly spaced points with the last one", () => {
  expect(thinned(ramp(10), 3).map(({ step }) => step)).toEqual([4, 7, 10]);
  expect(thinned(ramp(3), 10)).toEqual(ramp(3));
});

it("spans keep every peak and every point", () => {
  const points = ramp(1003).map((point) => (point.step === 517 ? { ...point, value: -9 } : point));
  const spans = spansOf(points, 100);
  expect(spans).toHaveLength(100);
  expect([Math.min(...spans.map(({ min }) => min)), spans.at(-1)]).toEqual([-9, { step: 1003, min: 993, max: 1003 }]);
  expect(spansOf(ramp(4), 100)).toEqual(ramp(4).map(({ step, value }) => ({ step, min: value, max: value })));
});

it("quantiles", () => {
  expect([0, 0.5, 0.99, 1].map((share) => quantile([3, 1, 2, 10], share))).toEqual([1, 3, 10, 10]);
});
