import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isUnfinishedFile } from "../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import type { BlobStore } from "./blob-store.ts";

/** A store in a folder. Files are on the disk before they get their name. */
export function folderStore(folder: string): BlobStore {
  const made = new Set<string>();
  return {
    async put(name, pieces) {
      const path = join(folder, name);
      const parent = dirname(path);
      const temporary = join(parent, `.${basename(path)}.${randomUUID()}.part`);
      try {
        if (!made.has(parent)) await mkdir(parent, { recursive: true });
        made.add(parent);
        const hash = createHash("sha256");
        let bytes = 0;
        const file = await open(temporary, "wx");
        try {
          for await (const piece of pieces instanceof Uint8Array ? [pieces] : pieces) {
            await file.appendFile(piece);
            hash.update(piece);
            bytes += piece.length;
          }
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
        return { bytes, sha256: hash.digest("hex") };
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        if (error instanceof DepthError) throw error;
        throw new DepthError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
      }
    },
    async get(name) {
      const path = join(folder, name);
      return readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw new DepthError("io", `Cannot read ${path}: ${messageOf(error)}`, { cause: error });
      });
    },
    size: async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size,
    remove: (name) => rm(join(folder, name), { force: true }),
    async list(prefix) {
      const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile() && !isUnfinishedFile(entry.name))
        .map(({ name }) => prefix + name)
        .sort();
    },
  };
}

/**
 * Whether something failed because there is no room for it: a full disk, a quota, a limit on the size of files. Read from
 * the message, which is all that comes over from another process.
 */
export function isOutOfSpace(error: unknown): boolean {
  return /\b(ENOSPC|EDQUOT|EFBIG)\b/.test(messageOf(error));
}
