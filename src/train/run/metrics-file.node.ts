import { open, readFile } from "node:fs/promises";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { RunRecord } from "../watch/records.ts";

/**
 * Appends a line to a metrics file. A line that does not fit on the disk leaves no part of itself behind.
 * @throws DepthError `io` naming the path.
 */
export async function appendRecord(path: string, record: RunRecord): Promise<void> {
  try {
    const file = await open(path, "a");
    try {
      const { size } = await file.stat();
      try {
        await file.appendFile(`${JSON.stringify(record)}\n`);
      } catch (error) {
        await file.truncate(size);
        throw error;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new DepthError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Leaves the lines up to a step: the steps after a checkpoint are done again, so their lines must not stand twice.
 * A line that was cut by the end of the process goes too.
 */
export async function forgetRecordsAfter(path: string, step: number): Promise<void> {
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const kept = lines.filter((line) => {
    try {
      return (JSON.parse(line) as RunRecord).step <= step;
    } catch {
      return false;
    }
  });
  await writeFileAtomic(path, kept.map((line) => `${line}\n`).join(""));
}
