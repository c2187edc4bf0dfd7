import type { HubSource } from "../models/model-row.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import type { HubEnvironment } from "./hub-environment.node.ts";
import { TransientError } from "./hub-retry.node.ts";
import { hubFileName, hubFileUrl, hubRepoUrl, isPlainPiece } from "./hub-url.ts";

/** What the Hub says of a file before it sends it. */
export interface HubFileInfo {
  /** Name of the content; for large files its SHA-256. */
  readonly etag: string;
  readonly commit: string;
  readonly size?: number;
}

/** Asks the Hub for a file's hash, size and commit (`X-Linked-Etag`, `X-Linked-Size`, `X-Repo-Commit`). */
export async function requestFileInfo(
  source: HubSource,
  hub: HubEnvironment,
  signal: AbortSignal | undefined,
): Promise<HubFileInfo> {
  const seen = new Headers();
  const response = await request("HEAD", source, hub, {}, signal, (hop) => {
    for (const [name, value] of hop.headers) if (/^x-/.test(name) && !seen.has(name)) seen.set(name, value);
    return seen.has("x-linked-etag");
  });
  const final = response.ok ? response.headers : new Headers();
  const etag = (seen.get("x-linked-etag") ?? final.get("etag") ?? "").replace(/^W\//, "").replaceAll('"', "");
  const commit = seen.get("x-repo-commit") ?? source.revision;
  // The length of a redirection is that of its own short page.
  const length = seen.get("x-linked-size") ?? final.get("content-length");
  const size = length === null ? undefined : Number(length);
  if (
    !/^[\w.-]{1,128}$/.test(etag) ||
    !isPlainPiece(etag) ||
    !commit.split("/").every(isPlainPiece) ||
    !(size === undefined || Number.isSafeInteger(size))
  )
    throw new DepthError(
      "network",
      `${hub.endpoint} does not answer like a Hub for ${hubFileName(source)}: expected a plain ETag, commit and size, ` +
        `got ETag "${etag}", commit "${commit}", size "${length}". Check HF_ENDPOINT.`,
    );
  return { etag, commit, ...(size !== undefined && { size }) };
}

/**
 * Sends a request for a Hub file and follows redirections by hand, so that the token stays with the endpoint's origin.
 * @param isEnough sees every good answer and ends the walk at a redirection that already tells everything.
 * @throws TransientError for what may pass; DepthError `not-found` or `network` for what will not.
 */
export async function request(
  method: "HEAD" | "GET",
  source: HubSource,
  hub: HubEnvironment,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  isEnough: (response: Response) => boolean = () => false,
): Promise<Response> {
  let url = new URL(hubFileUrl(hub.endpoint, source));
  const home = url.origin;
  for (let hop = 0; hop < 10; hop++) {
    const token = url.origin === home && hub.token ? { authorization: `Bearer ${hub.token}` } : {};
    // Sizes and ranges count bytes as stored, so no compression on the way.
    const init = {
      method,
      redirect: "manual",
      headers: { "accept-encoding": "identity", ...headers, ...token },
    } as const;
    const response = await fetch(url, { ...init, ...(signal && { signal }) }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new TransientError(`no connection to ${url.origin} (${causeOf(error)})`, { cause: error });
    });
    const location = response.headers.get("location");
    if (response.status < 400 && (isEnough(response) || response.status < 300)) return response;
    await response.body?.cancel();
    if (response.status >= 400 || location === null || !URL.canParse(location, url.href))
      throw statusError(response, url, source, hub);
    const next = new URL(location, url);
    if (next.protocol !== url.protocol && next.protocol !== "https:")
      throw new DepthError(
        "network",
        `${url.origin} redirects ${hubFileName(source)} to ${next.protocol}//, which is not safe.`,
      );
    url = next;
  }
  throw new DepthError("network", `${hub.endpoint} redirects ${hubFileName(source)} without end.`);
}

function statusError(response: Response, url: URL, source: HubSource, hub: HubEnvironment): Error {
  const { status } = response;
  const file = hubFileName(source);
  if (status === 408 || status === 429 || status >= 500) return new TransientError(`${url.origin} answered ${status}`);
  if (status === 401 || status === 403)
    return new DepthError(
      "not-found",
      `${hub.endpoint} refuses ${file} (HTTP ${status}): the repository is gated, private or does not exist. ` +
        `Accept its licence at ${hubRepoUrl(hub.endpoint, source)} and set HF_TOKEN to an access token of that account.`,
    );
  if (status === 404)
    return new DepthError("not-found", `${hub.endpoint} has no ${file} at revision "${source.revision}" (HTTP 404).`);
  return new DepthError("network", `${url.origin} answered HTTP ${status} for ${file}.`);
}

/** The reason behind `fetch failed`. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : messageOf(error);
}
