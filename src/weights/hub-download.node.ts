import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HubSource } from "../models/model-row.ts";
import { DepthError } from "../util/errors.ts";
import type { OnProgress } from "../util/progress.ts";
import { fileSize } from "./hub-cache.node.ts";
import type { HubEnvironment } from "./hub-environment.node.ts";
import { causeOf, type HubFileInfo, request } from "./hub-http.node.ts";
import { type RetryOptions, TransientError, withRetries } from "./hub-retry.node.ts";
import { hubFileName } from "./hub-url.ts";

/** Options of one transfer. */
export interface TransferOptions extends RetryOptions {
  /** Told the bytes on disk so far, under the stage `download`. Default: nobody is told. */
  readonly onProgress?: OnProgress;
}

/**
 * Fetches a file's bytes to `blob`. They gather in `{blob}.incomplete`, which outlives a failure so that a later
 * call goes on from there; only a file of the promised size and SHA-256 gets the final name.
 * @throws DepthError `checksum`, `network`, `not-found` or `io`; TransientError when no try was left.
 */
export async function downloadBlob(
  source: HubSource,
  info: HubFileInfo,
  hub: HubEnvironment,
  blob: string,
  options: TransferOptions,
): Promise<void> {
  const partial = `${blob}.incomplete`;
  await mkdir(dirname(blob), { recursive: true });
  const onDisk = (await fileSize(partial)) ?? 0;
  await checkFreeSpace(partial, (info.size ?? 0) - onDisk, source);
  try {
    await transfer(source, info, hub, partial, options);
    await checkContent(partial, source, info, options.signal);
    await rename(partial, blob);
  } catch (error) {
    if (!(error instanceof DepthError && error.code === "checksum")) throw error;
    await rm(partial, { force: true });
    // What an earlier run left may have been the broken part: the file deserves one fresh start.
    if (onDisk > 0) return downloadBlob(source, info, hub, blob, options);
    throw error;
  }
}

/**
 * The hash the content must have: the registry's, or the Hub's, where the ETag of a large file is its SHA-256.
 * @throws DepthError `checksum` when the two disagree.
 */
export function expectedSha256(source: HubSource, info: HubFileInfo): string | undefined {
  const published = /^[0-9a-f]{64}$/i.test(info.etag) ? info.etag.toLowerCase() : undefined;
  const known = source.sha256?.toLowerCase();
  if (known !== undefined && published !== undefined && known !== published)
    throw new DepthError(
      "checksum",
      `${hubFileName(source)} is not the published file: expected SHA-256 ${known}, the server offers ${published}. ` +
        "Nothing was downloaded; try another HF_ENDPOINT.",
    );
  return known ?? published;
}

/** Fills the partial file up to the full size, over as many connections as it takes. */
async function transfer(
  source: HubSource,
  info: HubFileInfo,
  hub: HubEnvironment,
  partial: string,
  options: TransferOptions,
): Promise<void> {
  const file = await open(partial, "a+");
  try {
    let done = (await file.stat()).size;
    const continueFrom = async (position: number): Promise<void> => {
      if (position !== done) await file.truncate(position);
      done = position;
    };
    const attempt = async (): Promise<void> => {
      // Without a known size nobody can tell a whole file from a part: start over.
      if (done > (info.size ?? 0)) await continueFrom(0);
      if (done === info.size) return;
      const response = await request("GET", source, hub, rangeHeaders(done, info), options.signal);
      await continueFrom(checkStart(response, done, source, info));
      for await (const chunk of bodyOf(response, options.signal)) {
        if (done + chunk.length > (info.size ?? Number.POSITIVE_INFINITY)) throw sizeError(source, info, "more");
        await file.appendFile(chunk);
        done += chunk.length;
        const total = info.size === undefined ? {} : { total: info.size };
        options.onProgress?.({ stage: "download", done, ...total, unit: "bytes", item: source.path });
      }
      if (done < (info.size ?? 0)) throw new TransientError(`the answer ended at byte ${done} of ${info.size}`);
    };
    await withRetries(attempt, () => done, options);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Asks for the rest of the file. A SHA-256 names the content wherever it comes from and is checked at the end; a
 * content delivery network has ETags of its own, so `If-Range` would refuse every resumption there. Other ETags
 * come from the server that sends the bytes.
 */
function rangeHeaders(done: number, info: HubFileInfo): Record<string, string> {
  if (done === 0) return {};
  return { range: `bytes=${done}-`, ...(info.etag.length !== 64 && { "if-range": `"${info.etag}"` }) };
}

/** The position the answer starts at: `done`, or 0 from a server that ignores ranges. */
function checkStart(response: Response, done: number, source: HubSource, info: HubFileInfo): number {
  const length = response.headers.get("content-length");
  if (response.status !== 206) {
    if (length !== null && Number(length) !== (info.size ?? Number(length))) throw sizeError(source, info, length);
    return 0;
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  if (Number(start) !== done)
    throw new DepthError("network", `${hubFileName(source)}: asked for bytes from ${done}, got them from ${start}.`);
  if (total !== "*" && Number(total) !== (info.size ?? Number(total))) throw sizeError(source, info, total);
  return done;
}

async function* bodyOf(response: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body ?? [];
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new TransientError(`the connection broke (${causeOf(error)})`, { cause: error });
  }
}

async function checkContent(
  partial: string,
  source: HubSource,
  info: HubFileInfo,
  signal: AbortSignal | undefined,
): Promise<void> {
  const expected = expectedSha256(source, info);
  if (expected === undefined) return;
  // Read back from the disk: that also covers what an earlier run wrote, and another process's interference.
  const hash = createHash("sha256");
  await pipeline(createReadStream(partial, { highWaterMark: 1 << 20 }), hash, { ...(signal && { signal }) });
  const actual = hash.digest("hex");
  if (actual !== expected)
    throw new DepthError(
      "checksum",
      `${hubFileName(source)} arrived damaged: expected SHA-256 ${expected}, got ${actual}. ` +
        "It was removed; try again, or use another HF_ENDPOINT.",
    );
}

async function checkFreeSpace(partial: string, needed: number, source: HubSource): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(partial));
  if (needed > bavail * bsize)
    throw new DepthError(
      "io",
      `No room for ${hubFileName(source)}: it needs ${megabytes(needed)} more, ${dirname(partial)} has ` +
        `${megabytes(bavail * bsize)} free. Make room, or set HF_HOME to a folder on another disk.`,
    );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

function sizeError(source: HubSource, info: HubFileInfo, offered: string | undefined): DepthError {
  return new DepthError(
    "checksum",
    `${hubFileName(source)} has the wrong size: expected ${info.size} bytes, the server sends ${offered}. ` +
      "It was removed; try again, or use another HF_ENDPOINT.",
  );
}
