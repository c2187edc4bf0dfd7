import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { HubSource } from "../models/model-row.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { isPlainPiece } from "./hub-url.ts";

/**
 * Paths in the cache layout of Python's `huggingface_hub`: contents lie in `blobs` under their hash,
 * `snapshots/{commit}` holds links with the real file names, `refs` says which commit a branch is.
 */
export interface CacheLayout {
  readonly blob: (etag: string) => string;
  readonly lock: (etag: string) => string;
  readonly pointer: (commit: string) => string;
  readonly ref: string;
}

/** The paths of one file; the source must have passed `checkHubSource`. */
export function cacheLayout(cacheFolder: string, source: HubSource): CacheLayout {
  const name = [`${source.repoType}s`, ...source.repo.split("/")].join("--");
  const folder = join(cacheFolder, name);
  return {
    blob: (etag) => join(folder, "blobs", etag),
    // A name of our own: Python locks its file through the system, which Node cannot.
    lock: (etag) => join(cacheFolder, ".locks", name, `${etag}.depth-anything.lock`),
    pointer: (commit) => join(folder, "snapshots", commit, ...source.path.split("/")),
    ref: join(folder, "refs", ...source.revision.split("/")),
  };
}

/** The file in the cache, or `undefined`. A file copied by hand to `snapshots/{revision}` counts. */
export async function findInCache(cacheFolder: string, source: HubSource): Promise<string | undefined> {
  const layout = cacheLayout(cacheFolder, source);
  const commit = (await readFile(layout.ref, "utf8").catch(() => "")).trim();
  const pointers = [commit, source.revision].filter((name) => name.split("/").every(isPlainPiece)).map(layout.pointer);
  for (const pointer of pointers) if ((await fileSize(pointer)) !== undefined) return pointer;
  return undefined;
}

/** Gives a finished blob its name in the snapshot and notes the branch's commit. Returns the named path. */
export async function addToSnapshot(
  layout: CacheLayout,
  source: HubSource,
  commit: string,
  etag: string,
): Promise<string> {
  const pointer = layout.pointer(commit);
  const temporary = `${pointer}.${randomUUID()}.part`;
  await mkdir(dirname(pointer), { recursive: true });
  // Where symbolic links need a privilege (Windows), a hard link serves as well.
  await symlink(relative(dirname(pointer), layout.blob(etag)), temporary).catch(() =>
    link(layout.blob(etag), temporary),
  );
  await rename(temporary, pointer);
  if (commit !== source.revision) await writeFileAtomic(layout.ref, commit);
  return pointer;
}

/** Size in bytes of a regular file (links followed), or `undefined` where there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() ? info.size : undefined;
}
