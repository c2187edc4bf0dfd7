import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DepthError, messageOf } from "./errors.ts";

/**
 * Writes a file so that its final name only ever holds the whole content: bytes go to a temporary
 * sibling, reach the disk, and are renamed. On failure the sibling is removed and an existing file
 * keeps its old content. Parent folders are made.
 * @throws DepthError `io` naming the path.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new DepthError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Whether a file was being written when its process was killed: what is not finished is hidden, so that nobody takes it for a result. */
export const isUnfinishedFile = (name: string): boolean => /^\..+\.part$/.test(name);

/** Removes what writers that were killed left in a folder; nobody may be writing to it. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (isUnfinishedFile(name)) await rm(join(folder, name), { force: true });
}
