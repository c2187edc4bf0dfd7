import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapAhead } from "./map-ahead.ts";

async function* countTo(limit: number, log: string[] = []): AsyncGenerator<number, void> {
  try {
    for (let i = 0; i < limit; i++) yield i;
  } finally {
    log.push("closed");
  }
}

test("results come in order, and no more than the limit are under way", async () => {
  let [open, most] = [0, 0];
  const work = async (value: number): Promise<number> => {
    open++;
    most = Math.max(most, open);
    await sleep(value % 3 === 0 ? 12 : 1);
    open--;
    return value * 10;
  };
  const results: number[] = [];
  for await (const result of mapAhead(countTo(12), 3, work)) results.push(result);
  expect(results).toEqual(Array.from({ length: 12 }, (_, i) => i * 10));
  expect(most).toBe(3);
});

test("work goes on while the reader is busy, and stops at the limit", async () => {
  let started = 0;
  const values = mapAhead(countTo(100), 4, async (value) => {
    started++;
    return value;
  });
  await values.next();
  await sleep(20);
  expect(started).toBe(5);
  await values.return();
});

test("a reader that stops closes the stream and what is under way", async () => {
  const log: string[] = [];
  const discarded: number[] = [];
  for await (const value of mapAhead(
    countTo(10, log),
    3,
    async (n) => n,
    (n) => discarded.push(n),
  ))
    if (value === 1) break;
  expect(log).toEqual(["closed"]);
  expect(discarded.length).toBeGreaterThan(0);
  expect(discarded).toEqual([...discarded].sort((a, b) => a - b));
});

test("an error of the work or the stream comes after the results before it", async () => {
  const seen: number[] = [];
  const failing = mapAhead(countTo(9), 3, async (n) => {
    if (n === 4) throw new Error("four");
    return n;
  });
  await expect(
    (async () => {
      for await (const n of failing) seen.push(n);
    })(),
  ).rejects.toThrow("four");
  expect(seen).toEqual([0, 1, 2, 3]);
  async function* breaking(): AsyncGenerator<number, void> {
    yield 1;
    yield 2;
    throw new Error("stream");
  }
  const before: number[] = [];
  await expect(
    (async () => {
      for await (const n of mapAhead(breaking(), 4, async (value) => value)) before.push(n);
    })(),
  ).rejects.toThrow("stream");
  expect(before).toEqual([1, 2]);
});
