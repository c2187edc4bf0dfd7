import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFileAtomic } from "./atomic-file.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atomic-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("writes, makes folders, replaces, and leaves nothing else", async () => {
  const path = join(folder, "new", "file.txt");
  await writeFileAtomic(path, "one");
  await writeFileAtomic(path, new TextEncoder().encode("two"));
  expect(await readFile(path, "utf8")).toBe("two");
  expect(await readdir(join(folder, "new"))).toEqual(["file.txt"]);
});

test("a write that fails names the path, keeps what was there and cleans up", async () => {
  const path = join(folder, "taken");
  await mkdir(path);
  await writeFile(join(path, "inside"), "kept");
  await expect(writeFileAtomic(path, "x")).rejects.toMatchObject({
    code: "io",
    message: expect.stringContaining(path),
  });
  expect(await readFile(join(path, "inside"), "utf8")).toBe("kept");
  expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
});
