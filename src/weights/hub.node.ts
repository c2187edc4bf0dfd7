import type { HubSource, ModelLicence, ModelRow } from "../models/model-row.ts";
import { DepthError, messageOf, throwIfAborted } from "../util/errors.ts";
import { withFileLock } from "../util/file-lock.node.ts";
import { addToSnapshot, cacheLayout, fileSize, findInCache } from "./hub-cache.node.ts";
import { downloadBlob, expectedSha256, type TransferOptions } from "./hub-download.node.ts";
import { type HubEnvironment, type HubEnvironmentOptions, hubEnvironment } from "./hub-environment.node.ts";
import { requestFileInfo } from "./hub-http.node.ts";
import { TransientError, withRetries } from "./hub-retry.node.ts";
import { checkHubSource, hubFileName } from "./hub-url.ts";

/** Options of a download from the Hub. */
export interface HubOptions extends HubEnvironmentOptions, TransferOptions {}

/** What a person should know before a model comes over the network. */
export interface DownloadNotice extends ModelLicence {
  readonly modelId: string;
  readonly title: string;
  /** The file that will be tried first. */
  readonly source: HubSource;
  readonly endpoint: string;
  readonly cacheFolder: string;
}

/** Options of `fetchModelWeights`. */
export interface FetchModelOptions extends HubOptions {
  /** Called before the first byte of a model that is not in the cache; throwing refuses the download. Default: none. */
  readonly beforeDownload?: (notice: DownloadNotice) => void | Promise<void>;
}

/**
 * A file of the Hub as a local path: from the cache when it is there (nothing is asked over the network then), else
 * downloaded into it. The cache has the layout of Python's `huggingface_hub` and is shared with it. Interrupted
 * downloads go on where they stopped; size and SHA-256 are checked; two processes at once do the work once.
 * @throws DepthError `bad-argument` (names that leave their folder), `offline`, `network`, `not-found` (also gated),
 * `checksum`, `io` (no room, no right to write), `aborted`.
 */
export async function downloadFromHub(source: HubSource, options: HubOptions = {}): Promise<string> {
  throwIfAborted(options.signal);
  checkHubSource(source);
  const hub = hubEnvironment(options);
  const cached = await findInCache(hub.cacheFolder, source);
  if (cached !== undefined) return cached;
  if (hub.offline)
    throw new DepthError(
      "offline",
      `${hubFileName(source)} is not in the cache ${hub.cacheFolder} and the Hub may not be asked ` +
        `(HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE or the offline option). ${otherWays(hub, source)}`,
    );
  try {
    return await downloadToCache(source, hub, options);
  } catch (error) {
    if (error instanceof DepthError) throw error;
    throwIfAborted(options.signal);
    const cause = { cause: error };
    if (error instanceof TransientError)
      throw new DepthError(
        "network",
        `Cannot download ${hubFileName(source)}: ${error.message}. What arrived is kept in ${hub.cacheFolder}; ` +
          `calling again goes on from there. Without a way to that server: ${otherWays(hub, source)}`,
        cause,
      );
    throw new DepthError(
      "io",
      `Cannot keep ${hubFileName(source)} in the cache ${hub.cacheFolder}: ${messageOf(error)}. ` +
        "Set HF_HOME to a folder that can be written and has room.",
      cause,
    );
  }
}

/**
 * The weights file of a model as a local path: from the cache, else from the first of its sources that has it.
 * @throws DepthError as `downloadFromHub`; `bad-argument` for a model whose weights come with the package.
 */
export async function fetchModelWeights(row: ModelRow, options: FetchModelOptions = {}): Promise<string> {
  const cached = await findModelInCache(row, options);
  if (cached !== undefined) return cached;
  const [first] = row.sources;
  if (first === undefined)
    throw new DepthError("bad-argument", `Model "${row.id}" has no file on the Hub: it comes with the package.`);
  const hub = hubEnvironment(options);
  if (!hub.offline) {
    const { id: modelId, title, licence, commercialUse, licenceNote } = row;
    const { endpoint, cacheFolder } = hub;
    const notice = { modelId, title, licence, commercialUse, licenceNote, source: first, endpoint, cacheFolder };
    await options.beforeDownload?.(notice);
  }
  const failures: DepthError[] = [];
  for (const source of row.sources) {
    try {
      return await downloadFromHub(source, options);
    } catch (error) {
      if (!(error instanceof DepthError)) throw error;
      failures.push(error);
      // Another file may be there or whole; another file does not help against a dead network or a full disk.
      if (error.code !== "not-found" && error.code !== "checksum") break;
    }
  }
  const telling = failures.find((error) => error.code !== "not-found") ?? failures[0];
  throw new DepthError(
    telling?.code ?? "network",
    `No weights for model "${row.id}". ${failures.map((error) => error.message).join(" ")}`,
    { cause: telling },
  );
}

/** The weights file of a model if the cache has one, without asking the network. */
export async function findModelInCache(
  row: ModelRow,
  options: HubEnvironmentOptions = {},
): Promise<string | undefined> {
  const { cacheFolder } = hubEnvironment(options);
  for (const source of row.sources) {
    const path = await findInCache(cacheFolder, source);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function downloadToCache(source: HubSource, hub: HubEnvironment, options: HubOptions): Promise<string> {
  // Few tries for the first question: a machine without a network should hear of it soon.
  const info = await withRetries(
    () => requestFileInfo(source, hub, options.signal),
    () => 0,
    {
      ...options,
      retries: Math.min(options.retries ?? 2, 2),
    },
  );
  expectedSha256(source, info);
  const layout = cacheLayout(hub.cacheFolder, source);
  const blob = layout.blob(info.etag);
  const isThere = async (): Promise<boolean> => {
    const size = await fileSize(blob);
    return size !== undefined && size === (info.size ?? size);
  };
  if (!(await isThere()))
    await withFileLock(layout.lock(info.etag), options, async () => {
      // The content is pinned to the commit that was described, whatever the branch does meanwhile.
      const pinned = { ...source, revision: info.commit };
      if (!(await isThere())) await downloadBlob(pinned, info, hub, blob, options);
    });
  return addToSnapshot(layout, source, info.commit, info.etag);
}

function otherWays(hub: HubEnvironment, source: HubSource): string {
  const place = cacheLayout(hub.cacheFolder, source).pointer(source.revision);
  return (
    `Set HF_ENDPOINT to a mirror that can be reached, run "depth-anything models pull" with this cache folder on a ` +
    `connected machine, copy the file to ${place}, or pass a file of your own with --weights.`
  );
}
