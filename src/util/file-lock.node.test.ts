import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withFileLock } from "./file-lock.node.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
  path = join(folder, "deep", "lock");
});
afterEach(() => rm(folder, { recursive: true }));

const holdLock = (content: string) =>
  withFileLock(path, {}, async () => undefined).then(() => writeFile(path, content));

test("one holder at a time, the lock gone at the end, also after a failure", async () => {
  let holders = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++holders);
    await sleep(5);
    holders--;
    throw new Error("work failed");
  };
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => withFileLock(path, { pollMs: 1 }, work)));
  expect(results.map((result) => result.status)).toEqual(Array(4).fill("rejected"));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test("a held lock keeps others out until they give up", async () => {
  await holdLock(`${process.pid} ${hostname()}`);
  await expect(withFileLock(path, { signal: AbortSignal.timeout(30), pollMs: 5 }, async () => 1)).rejects.toThrow();
  expect(existsSync(path)).toBe(true);
});

test("the lock of a process that died here is taken over at once", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  await holdLock(`${pid} ${hostname()}`);
  expect(await withFileLock(path, { pollMs: 60_000 }, async () => 1)).toBe(1);
});

test("the lock of another machine is taken over when nobody refreshes it", async () => {
  await holdLock("1 elsewhere");
  await utimes(path, new Date(0), new Date(0));
  expect(await withFileLock(path, { pollMs: 60_000 }, async () => 1)).toBe(1);
});

test("a holder that works for long is not robbed", async () => {
  const staleMs = 400;
  let isDone = false;
  const long = withFileLock(path, { staleMs }, async () => {
    await sleep(900);
    isDone = true;
  });
  await sleep(20);
  await writeFile(path, "1 elsewhere"); // nothing but its age tells whether it is held
  expect(await withFileLock(path, { staleMs, pollMs: 5 }, async () => isDone)).toBe(true);
  await long;
});

test("a holder that was robbed leaves the new holder's lock alone", async () => {
  await withFileLock(path, {}, () => writeFile(path, "1 elsewhere"));
  expect(existsSync(path)).toBe(true);
});
