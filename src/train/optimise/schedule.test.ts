import { expect, test } from "vitest";
import { rateAt, SCHEDULES } from "./schedule.ts";

test("the warm-up rises in even steps to the peak", () => {
  for (const schedule of SCHEDULES) {
    const rates = [0, 1, 2, 3, 4].map((step) => rateAt({ schedule, steps: 20, warmupSteps: 4 }, step));
    expect(rates).toEqual([0.25, 0.5, 0.75, 1, 1]);
  }
});

test.each([
  ["linear", [1, 0.75, 0.5, 0.25, 0]],
  ["cosine", [1, 0.854, 0.5, 0.146, 0]],
  ["poly", [1, 0.772, 0.536, 0.287, 0]],
  ["onecycle", [1, 1, 1, 0.933, 0.0001]],
] as const)("%s falls from 1 to its end", (schedule, expected) => {
  [0, 25, 50, 75, 100].forEach((step, i) => {
    const rate = rateAt({ schedule, steps: 100, warmupSteps: 0 }, step);
    expect(rate).toBeCloseTo(expected[i] as number, 3);
  });
});
