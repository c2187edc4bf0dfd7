import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readZip } from "../../weights/zip.ts";
import { openZipWriter } from "./zip-writer.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "depth-anything-zip-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("an archive of streams is read by our reader and by Python", async () => {
  const path = join(folder, "a.zip");
  const chunks = Array.from({ length: 300 }, (_, i) => new Uint8Array(5000).fill(i % 251));
  const zip = await openZipWriter(path);
  await zip.add("large.bin", chunks);
  await zip.add("empty.bin", []);
  await zip.add("ä.txt", [new TextEncoder().encode("text")]);
  await zip.finish();
  const members = readZip(new Uint8Array(await readFile(path)), path);
  expect([...members.keys()]).toEqual(["large.bin", "empty.bin", "ä.txt"]);
  expect(Buffer.from(members.get("large.bin")?.read() as Uint8Array).equals(Buffer.concat(chunks))).toBe(true);
  expect(new TextDecoder().decode(members.get("ä.txt")?.read())).toBe("text");
  let python: string | undefined;
  try {
    const code =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.getinfo('large.bin').file_size)";
    python = execFileSync("python3", ["-c", code, path], { encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  if (python !== undefined) expect(python.trim()).toBe("None 1500000");
});
