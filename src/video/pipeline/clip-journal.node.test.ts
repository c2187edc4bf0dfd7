import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openClipJournal } from "./clip-journal.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "depth-anything-journal-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const job = { clip: "a.mp4", options: { fps: 10 } };

async function twoSegments(path: string): Promise<void> {
  const journal = await openClipJournal<{ at: number; map: Float32Array }>(path, job, ".mp4");
  for (const number of [0, 1]) {
    const to = journal.segmentPath(number);
    await writeFile(to, "video");
    const times = { timesSeconds: [number, number + 0.5], durationsSeconds: [0.5, 0.5] };
    await journal.commit({ path: to, ...times }, { at: number, map: Float32Array.of(number, Number.NaN) });
  }
  await writeFile(journal.segmentPath(2), "cut off");
}

test("the same job finds its segments and state, and what was not committed is gone", async () => {
  const path = join(folder, "a.mp4.parts");
  await twoSegments(path);
  const again = await openClipJournal(path, job, ".mp4");
  expect(again.segments.map(({ timesSeconds }) => timesSeconds)).toEqual([
    [0, 0.5],
    [1, 1.5],
  ]);
  expect(again.state).toEqual({ at: 1, map: Float32Array.of(1, Number.NaN) });
  expect(await readdir(path)).not.toContain("segment-00002.mp4");
  await again.remove();
  await expect(readdir(path)).rejects.toThrow(/ENOENT/);
});

test("another job, or a damaged state, begins anew", async () => {
  const path = join(folder, "b.mp4.parts");
  await twoSegments(path);
  const other = await openClipJournal(path, { ...job, options: { fps: 20 } }, ".mp4");
  expect([other.segments, other.state]).toEqual([[], undefined]);
  expect(await readdir(path)).toEqual(["job.json"]);
  await rm(path, { recursive: true });
  await twoSegments(path);
  await writeFile(join(path, "state.bin"), "nonsense");
  expect((await openClipJournal(path, job, ".mp4")).segments).toEqual([]);
});

test("a place that cannot be written is named", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  await expect(openClipJournal(join(file, "c.parts"), job, ".mp4")).rejects.toMatchObject({
    code: "io",
    message: expect.stringContaining("c.parts"),
  });
});
