import { DepthError } from "../../util/errors.ts";
import { withFileLock } from "../../weights/file-lock.node.ts";

/** How long another run may take to end before it is taken to be running. */
const PATIENCE_MS = 1000;

/**
 * Does the work on an unfinished output as the only one.
 * @throws DepthError `bad-state` when another run is at it
 */
export async function withOutputLock<T>(output: string, work: () => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE_MS);
  let hasBegun = false;
  try {
    return await withFileLock(`${output}.parts.lock`, { signal: waiting.signal }, () => {
      clearTimeout(timer);
      hasBegun = true;
      return work();
    });
  } catch (error) {
    if (hasBegun) throw error;
    if (waiting.signal.aborted)
      throw new DepthError("bad-state", `Another run is writing ${output}. Wait for it, or give another --out.`);
    throw new DepthError("io", `Cannot write beside ${output}: ${error instanceof Error ? error.message : error}.`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
