import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DepthError, messageOf } from "./errors.ts";
import { withFileLock } from "./file-lock.node.ts";

/** How long another run may take to end before it is taken to be running. */
const PATIENCE_MS = 1500;
/** Longer than two processes take to race for the lock of a dead one. */
const SETTLE_MS = 100;

/**
 * Does the work of a run as the only one on its output.
 * @param output the file or folder that is written, for messages
 * @param path of the lock file
 * @throws DepthError `bad-state` when another run is at it; `io` when the lock file cannot be written.
 */
export async function withOutputLock<T>(output: string, path: string, work: () => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE_MS);
  const owner = async () => (await readFile(path, "utf8").catch(() => "")).split(" ")[0] ?? "";
  const occupied = async (): Promise<DepthError> => {
    const pid = await owner();
    return new DepthError(
      "bad-state",
      `Another run${pid ? ` (process ${pid})` : ""} is writing to ${output}. Wait for it, or give another --out.`,
    );
  };
  let hasBegun = false;
  try {
    return await withFileLock(path, { signal: waiting.signal }, async () => {
      clearTimeout(timer);
      // Two that find the lock of a dead run at the same time may both think they have it; the file names one.
      await sleep(SETTLE_MS);
      if (Number(await owner()) !== process.pid) throw await occupied();
      hasBegun = true;
      return work();
    });
  } catch (error) {
    if (hasBegun || error instanceof DepthError) throw error;
    if (waiting.signal.aborted) throw await occupied();
    throw new DepthError("io", `Cannot write ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
