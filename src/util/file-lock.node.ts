import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How a lock is waited for. */
export interface FileLockOptions {
  /** Ends the waiting. Default: none. */
  readonly signal?: AbortSignal;
  /** Time between two looks at a lock held by another. Default 100. */
  readonly pollMs?: number;
  /** Age after which a lock nobody refreshes is taken over. Default 30 000. */
  readonly staleMs?: number;
}

/**
 * Runs the work while holding a lock file, across processes. The holder refreshes the file's time, so that the lock of
 * a process that died is taken over, at once when it ran on this machine. Two holders at a time remain thinkable
 * (a stopped clock, a race for a dead lock): use it to save work, not to make the work correct.
 */
export async function withFileLock<T>(path: string, options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  const { signal, pollMs = 100, staleMs = 30_000 } = options;
  await mkdir(dirname(path), { recursive: true });
  const mark = `${process.pid} ${hostname()} ${randomUUID()}`;
  while (!(await tryCreate(path, mark))) {
    if (await isAbandoned(path, staleMs)) await takeAway(path);
    else await sleep(pollMs, undefined, signal && { signal });
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, staleMs / 6);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    // Another may have taken over a lock that looked abandoned: what is there then is theirs.
    if ((await readFile(path, "utf8").catch(() => "")) === mark) await rm(path, { force: true });
  }
}

async function tryCreate(path: string, mark: string): Promise<boolean> {
  try {
    await writeFile(path, mark, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(path: string, staleMs: number): Promise<boolean> {
  const held = await stat(path).catch(() => undefined);
  if (held === undefined) return false;
  if (Date.now() - held.mtimeMs > staleMs) return true;
  const [pid, host] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  return host === hostname() && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes an abandoned lock in one step, so that of two processes only one does it. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(aside, { force: true });
}
