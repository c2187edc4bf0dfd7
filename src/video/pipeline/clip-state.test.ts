import { expect, test } from "vitest";
import { type ClipState, FRESH_CLIP, noteFrame } from "./clip-state.ts";

const clock = { ticksPerSecond: 1000 };
const depth = (shot: number, low: number, high: number) => ({ shot, range: { low, high } });

test("shots are summed up frame by frame", () => {
  let state: ClipState = FRESH_CLIP;
  state = noteFrame(state, { timestampSeconds: 0.5, durationSeconds: 0.1 }, depth(0, 1, 5), clock);
  state = noteFrame(state, { timestampSeconds: 0.6, durationSeconds: 0.1 }, depth(0, 0, 4), clock);
  state = noteFrame(state, { timestampSeconds: 0.7, durationSeconds: 0.3 }, depth(1, 2, 3), clock);
  expect(state).toMatchObject({ frames: 3, firstSeconds: 0.5, nextSeconds: 1 });
  expect(state.shots).toEqual([
    { fromSeconds: 0.5, toSeconds: 0.7, frames: 2, low: 0, high: 5 },
    { fromSeconds: 0.7, toSeconds: 1, frames: 1, low: 2, high: 3 },
  ]);
});

test("the next frame is looked for behind this one, even if it has no duration, or on the even grid", () => {
  const last = noteFrame(FRESH_CLIP, { timestampSeconds: 3, durationSeconds: 0 }, depth(0, 0, 1), clock);
  expect(last.nextSeconds).toBeGreaterThan(3.001);
  let state: ClipState = FRESH_CLIP;
  for (const timestampSeconds of [0.2, 0.3])
    state = noteFrame(state, { timestampSeconds, durationSeconds: 0.1 }, depth(0, 0, 1), { ...clock, fps: 10 });
  expect(state.nextSeconds).toBeCloseTo(0.4, 12);
});
