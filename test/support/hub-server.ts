import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A file the test Hub serves, and how it misbehaves. */
export interface ServedFile {
  readonly content: Uint8Array;
  /** Large files carry linked headers and are sent by another origin. Default true. */
  readonly large?: boolean;
  /** Default: the content's SHA-256. */
  readonly etag?: string;
  /** What the Hub says the size is. Default: the truth. */
  readonly claimedSize?: number;
  /** Statuses to answer with before serving properly, one a request. */
  readonly statuses?: number[];
  /** Positions in the file at which successive downloads are cut. */
  readonly cuts?: number[];
  readonly ignoresRange?: boolean;
  /** Sends the body without a length, in chunks. */
  readonly chunked?: boolean;
  /** A path the Hub redirects to first, as for a renamed repository. */
  readonly movedTo?: string;
  /** Awaited before a body is sent. */
  readonly gate?: Promise<unknown>;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly origin: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/** A Hub-shaped server on loopback, with a content delivery server at an origin of its own. */
export interface HubServer {
  readonly endpoint: string;
  /** Files by path, for example `/owner/name/resolve/main/model.safetensors`. */
  readonly files: Map<string, ServedFile>;
  readonly requests: SeenRequest[];
  /** How far the client has come: a cut waits for the bytes before it, lest they are lost on the way. */
  tellArrived(position: number): void;
  close(): Promise<void>;
}

/** The commit every branch of the test Hub is at. */
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export async function startHubServer(): Promise<HubServer> {
  const files = new Map<string, ServedFile>();
  const requests: SeenRequest[] = [];
  let arrived = 0;
  const hasArrived = async (position: number, response: ServerResponse): Promise<void> => {
    while (arrived < position && !response.destroyed) await sleep(2);
  };
  const note = (origin: "hub" | "cdn", request: IncomingMessage): ServedFile | undefined => {
    const path = decodeURIComponent(request.url ?? "")
      .replace(`/${COMMIT}/`, "/main/")
      .replace(/^\/cdn/, "");
    const { range, authorization, "if-range": ifRange } = request.headers;
    requests.push({ origin, method: request.method ?? "", path, range, ifRange: ifRange?.toString(), authorization });
    return files.get(path);
  };
  const cdn = createServer((request, response) => {
    const file = note("cdn", request);
    if (file) void sendBody(file, request, response, hasArrived);
    else response.writeHead(404).end();
  });
  await listen(cdn);
  const hub = createServer((request, response) => {
    const file = note("hub", request);
    if (!file) return void response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
    const status = file.statuses?.shift();
    if (status !== undefined) return void response.writeHead(status).end("no");
    if (file.movedTo) return void response.writeHead(307, { location: file.movedTo }).end();
    const etag = `"${file.etag ?? sha256(file.content)}"`;
    response.setHeader("x-repo-commit", COMMIT);
    if (file.large === false) {
      response.setHeader("etag", etag);
      return void sendBody(file, request, response, hasArrived);
    }
    response.setHeader("x-linked-etag", etag);
    response.setHeader("x-linked-size", file.claimedSize ?? file.content.length);
    response.writeHead(302, { location: `${originOf(cdn)}/cdn${request.url}` }).end("Found. Redirecting");
  });
  await listen(hub);
  const close = async (): Promise<void> => {
    for (const server of [hub, cdn]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  const tellArrived = (position: number): void => {
    arrived = position;
  };
  return { endpoint: originOf(hub), files, requests, tellArrived, close };
}

async function sendBody(
  file: ServedFile,
  request: IncomingMessage,
  response: ServerResponse,
  hasArrived: (position: number, response: ServerResponse) => Promise<void>,
): Promise<void> {
  const { content } = file;
  const ifRange = request.headers["if-range"];
  const isSame = ifRange === undefined || ifRange === response.getHeader("etag");
  const range = file.ignoresRange || !isSame ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const start = Number(range?.[1] ?? 0);
  if (range) response.setHeader("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
  if (!file.chunked) response.setHeader("content-length", content.length - start);
  response.writeHead(range ? 206 : 200);
  if (request.method === "HEAD") return void response.end();
  await file.gate;
  const cut = file.cuts?.shift();
  if (cut === undefined) return void response.end(content.subarray(start));
  response.write(content.subarray(start, cut));
  await hasArrived(cut, response);
  response.destroy();
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
