import { expect, it } from "vitest";
import { type FrameSelection, selectFrames } from "./select-frames.ts";

interface Numbered {
  readonly n: number;
  readonly timestampSeconds: number;
  readonly durationSeconds: number;
}

/** Selects from frames that begin at the given times; the last one lasts `lastSeconds`. */
async function select(times: readonly number[], wanted: Partial<FrameSelection>, lastSeconds = 0.04) {
  const discarded: number[] = [];
  async function* frames(): AsyncGenerator<Numbered, void> {
    for (const [n, timestampSeconds] of times.entries())
      yield {
        n,
        timestampSeconds,
        durationSeconds: (times[n + 1] ?? timestampSeconds + lastSeconds) - timestampSeconds,
      };
  }
  const chosen: { readonly n: number; readonly at: number; readonly lasts: number; readonly isLastUse: boolean }[] = [];
  const selection = { ticksPerSecond: 1000, ...wanted };
  for await (const { frame, timestampSeconds, durationSeconds, isLastUse } of selectFrames(
    frames(),
    selection,
    ({ n }) => {
      discarded.push(n);
    },
  ))
    chosen.push({ n: frame.n, at: timestampSeconds, lasts: durationSeconds, isLastUse });
  return { chosen, discarded, numbers: chosen.map(({ n }) => n), times: chosen.map(({ at }) => at) };
}

const even = (count: number, rate: number): number[] => Array.from({ length: count }, (_, i) => i / rate);

it("gives every frame as it comes", async () => {
  const { numbers, times, discarded } = await select([0, 0.04, 0.1, 0.11], {});
  expect([numbers, times, discarded]).toEqual([[0, 1, 2, 3], [0, 0.04, 0.1, 0.11], []]);
});

it("cuts: the start belongs to it, the end does not", async () => {
  const { numbers, discarded } = await select(even(10, 25), { fromSeconds: 0.08, toSeconds: 0.2 });
  expect(numbers).toEqual([2, 3, 4]);
  expect(discarded).toEqual([0, 1, 5]);
});

it("takes times nearer than half a tick for the same", async () => {
  const { numbers } = await select([0, 0.033, 0.067, 0.1], { fromSeconds: 1 / 30, toSeconds: 0.1 });
  expect(numbers).toEqual([1, 2]);
});

it("gives the frame on show when none begins in the cut", async () => {
  const { chosen, discarded } = await select([0, 5], { fromSeconds: 2, toSeconds: 3 }, 5);
  expect(chosen).toEqual([{ n: 0, at: 2, lasts: 1, isLastUse: true }]);
  expect(discarded).toEqual([1]);
});

it("gives nothing behind the end", async () => {
  const { numbers, discarded } = await select(even(3, 25), { fromSeconds: 9 });
  expect([numbers, discarded]).toEqual([[], [0, 1, 2]]);
});

it("leaves frames out for a lower rate", async () => {
  const { numbers, times, discarded } = await select(even(12, 30), { fps: 10 }, 1 / 30);
  expect(numbers).toEqual([0, 3, 6, 9]);
  expect(times).toEqual([0, 0.1, 0.2, 0.3]);
  expect(discarded).toHaveLength(8);
});

it("repeats frames for a higher rate and says when it is the last time", async () => {
  const { chosen } = await select([0, 0.1], { fps: 20 }, 0.1);
  expect(chosen.map(({ n, isLastUse }) => [n, isLastUse])).toEqual([
    [0, false],
    [0, true],
    [1, false],
    [1, true],
  ]);
});

it("neither doubles nor drops at the clip's own rate, though milliseconds round it", async () => {
  const rounded = Array.from({ length: 90 }, (_, i) => Math.round((i * 1000) / 30) / 1000);
  const { numbers } = await select(rounded, { fps: 30 }, 0.033);
  expect(numbers).toEqual(rounded.map((_, i) => i));
});

it("samples a cut from its start, with the frame on show there", async () => {
  const { numbers, times } = await select([0, 1, 2, 3], { fps: 2, fromSeconds: 1.5, toSeconds: 3 }, 1);
  expect(numbers).toEqual([1, 2, 2]);
  expect(times).toEqual([1.5, 2, 2.5]);
});

it("shows a single frame without a duration once", async () => {
  expect((await select([0], { fps: 25 }, 0)).numbers).toEqual([0]);
  expect((await select([0], {}, 0)).numbers).toEqual([0]);
});
