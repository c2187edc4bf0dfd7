import { expect, it } from "vitest";
import { paceOf } from "./pace.ts";
import { progressText } from "./progress-text.ts";
import type { StepRecord } from "./records.ts";

const step = (number: number, timeMs = 500, waitMs = 100): StepRecord => ({
  ...{ kind: "step", step: number, losses: { labelled: 0.30041, total: 0.4121, alignment: 12.3456 }, gradientNorm: 1 },
  ...{ learningRate: { encoder: 1, decoder: 1 }, timeMs, waitMs, images: 12 },
});

it("says what matters most first", () => {
  const progress = { stage: "student", record: step(120), steps: 5000, imagesPerSecond: 24, remainingMs: 3_900_000 };
  expect(progressText(progress)).toBe(
    "student 120 of 5000, 24.0 images/s, 1 h 05 min left  total 0.4121  labelled 0.3004  alignment 12.35",
  );
  const record = {
    kind: "validation",
    step: 120,
    dataset: "nyu",
    metrics: { absRel: 0.1, delta1: 0.9 },
    pictures: 3,
  } as const;
  expect(progressText({ ...progress, record, imagesPerSecond: 1234.5 })).toBe(
    "student 120 of 5000, 1235 images/s, 1 h 05 min left  nyu:  absRel 0.1000  delta1 0.9000",
  );
});

it("takes the pace over the last 50 steps", () => {
  expect(paceOf([], 10)).toBeUndefined();
  const steps = Array.from({ length: 80 }, (_, i) => step(i + 1, i < 30 ? 9000 : 500));
  expect(paceOf(steps, 100)).toEqual({ imagesPerSecond: 24, remainingMs: 20 * 500, waitShare: 0.2 });
  expect(paceOf(steps, 10)?.remainingMs).toBe(0);
  expect(paceOf([step(1, 0, 0)], 10)?.imagesPerSecond).toBe(12_000);
});
