import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { COMMIT, type HubServer, type ServedFile, sha256, startHubServer } from "../../test/support/hub-server.ts";
import type { HubSource, ModelRow } from "../models/model-row.ts";
import { MODELS } from "../models/registry.ts";
import { DepthError } from "../util/errors.ts";
import type { Progress } from "../util/progress.ts";
import { createRandom } from "../util/random.ts";
import {
  type DownloadNotice,
  downloadFromHub,
  fetchModelWeights,
  findModelInCache,
  type HubOptions,
} from "./hub.node.ts";

const random = createRandom(1);
const content = Uint8Array.from({ length: 300_000 }, () => random.int(256));
const source: HubSource = {
  repo: "owner/depth",
  repoType: "model",
  revision: "main",
  path: "weights/model.safetensors",
};
const url = "/owner/depth/resolve/main/weights/model.safetensors";

let hub: HubServer;
let folder: string;
let waits: number[];

beforeEach(async () => {
  hub = await startHubServer();
  folder = await mkdtemp(join(tmpdir(), "hub-"));
  waits = [];
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const options = (more: HubOptions = {}): HubOptions => ({
  environment: { HF_ENDPOINT: hub.endpoint, HF_HOME: folder },
  delay: async (ms) => waits.push(ms),
  onProgress: (progress) => hub.tellArrived(progress.done),
  ...more,
});
const serve = (file: Partial<ServedFile> = {}) => hub.files.set(url, { content, ...file });
const holdsContent = async (path: string) => (await readFile(path)).equals(content);
const repoFolder = () => join(folder, "hub", "models--owner--depth");
const blobs = () => readdir(join(repoFolder(), "blobs")).catch(() => []);
const downloads = () => hub.requests.filter((request) => request.method === "GET" && request.origin === "cdn");
const failure = async (work: Promise<unknown>): Promise<DepthError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DepthError);
  return error as DepthError;
};

describe("a download", () => {
  test("lands in the layout of Python's cache and is not asked for again", async () => {
    serve();
    const seen: Progress[] = [];
    const path = await downloadFromHub(source, options({ onProgress: (progress) => seen.push(progress) }));
    expect(path).toBe(join(repoFolder(), "snapshots", COMMIT, "weights", "model.safetensors"));
    expect(await holdsContent(path)).toBe(true);
    expect(await readlink(path)).toBe(`../../../blobs/${sha256(content)}`);
    expect(await readFile(join(repoFolder(), "refs", "main"), "utf8")).toBe(COMMIT);
    expect(await blobs()).toEqual([sha256(content)]);
    expect(seen.at(-1)).toEqual({
      ...{ stage: "download", unit: "bytes", item: source.path },
      ...{ done: content.length, total: content.length },
    });
    const asked = hub.requests.length;
    expect(await downloadFromHub(source, options())).toBe(path);
    expect(hub.requests).toHaveLength(asked);
  });

  test("reuses what Python downloaded, offline", async () => {
    const pointer = join(repoFolder(), "snapshots", COMMIT, "weights", "model.safetensors");
    await mkdir(dirname(pointer), { recursive: true });
    await mkdir(join(repoFolder(), "refs"));
    await writeFile(pointer, content);
    await writeFile(join(repoFolder(), "refs", "main"), COMMIT);
    expect(await downloadFromHub(source, options({ offline: true }))).toBe(pointer);
  });

  test("takes a blob that is there under another commit without its bytes", async () => {
    serve();
    await mkdir(join(repoFolder(), "blobs"), { recursive: true });
    await writeFile(join(repoFolder(), "blobs", sha256(content)), content);
    await downloadFromHub(source, options());
    expect(downloads()).toEqual([]);
  });

  test("asks Spaces under /spaces and follows a renamed repository", async () => {
    hub.files.set("/spaces/owner/old/resolve/main/a b.pth", {
      content,
      movedTo: "/spaces/owner/new/resolve/main/a%20b.pth",
    });
    hub.files.set("/spaces/owner/new/resolve/main/a b.pth", { content });
    const path = await downloadFromHub(
      { repo: "owner/old", repoType: "space", revision: "main", path: "a b.pth" },
      options(),
    );
    expect(path).toBe(join(folder, "hub", "spaces--owner--old", "snapshots", COMMIT, "a b.pth"));
  });
});

describe("an interrupted download", () => {
  test("goes on from where each connection broke", async () => {
    serve({ cuts: [100_000, 200_000] });
    const path = await downloadFromHub(source, options());
    expect(await holdsContent(path)).toBe(true);
    expect(downloads().map((request) => request.range)).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
    expect(waits).toEqual([500, 500]);
  });

  test("goes on in a later call, from the kept part", async () => {
    serve({ cuts: [120_000] });
    const error = await failure(downloadFromHub(source, options({ retries: 0 })));
    expect(error.code).toBe("network");
    expect(error.message).toContain("kept");
    expect(await blobs()).toEqual([`${sha256(content)}.incomplete`]);
    const path = await downloadFromHub(source, options());
    expect(downloads().map((request) => request.range)).toEqual([undefined, "bytes=120000-"]);
    expect(await holdsContent(path)).toBe(true);
    expect(await blobs()).toEqual([sha256(content)]);
  });

  test("starts over when the server ignores ranges", async () => {
    serve({ cuts: [100_000], ignoresRange: true });
    const path = await downloadFromHub(source, options());
    expect(downloads().map((request) => request.range)).toEqual([undefined, "bytes=100000-"]);
    expect(await holdsContent(path)).toBe(true);
  });

  test("of a small file resumes only while the server has the same version", async () => {
    serve({ large: false, etag: "v1", cuts: [100_000] });
    await failure(downloadFromHub(source, options({ retries: 0 })));
    const path = await downloadFromHub(source, options());
    expect(hub.requests.at(-1)).toMatchObject({ range: "bytes=100000-", ifRange: '"v1"' });
    expect(path).toContain(COMMIT);
    expect(await holdsContent(path)).toBe(true);
  });

  test("whose kept part is damaged gets one fresh start", async () => {
    serve();
    await mkdir(join(repoFolder(), "blobs"), { recursive: true });
    await writeFile(join(repoFolder(), "blobs", `${sha256(content)}.incomplete`), new Uint8Array(50_000));
    const path = await downloadFromHub(source, options());
    expect(downloads().map((request) => request.range)).toEqual(["bytes=50000-", undefined]);
    expect(await holdsContent(path)).toBe(true);
  });

  test("gives up after the tries without progress, waiting longer each time", async () => {
    serve({ cuts: [1000, 1000, 1000, 1000, 1000, 1000, 1000] });
    expect((await failure(downloadFromHub(source, options()))).code).toBe("network");
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });
});

describe("a server that lies", () => {
  test("about the checksum: both hashes are told and nothing stays", async () => {
    const promised = "a".repeat(64);
    serve({ etag: promised });
    const error = await failure(downloadFromHub(source, options()));
    expect(error.code).toBe("checksum");
    expect(error.message).toContain(promised);
    expect(error.message).toContain(sha256(content));
    expect(await blobs()).toEqual([]);
    expect(await readdir(repoFolder())).toEqual(["blobs"]);
  });

  test("against the registry's checksum: nothing is downloaded", async () => {
    serve();
    const error = await failure(downloadFromHub({ ...source, sha256: "b".repeat(64) }, options()));
    expect(error.code).toBe("checksum");
    expect(downloads()).toEqual([]);
  });

  test.each([
    ["too large, with a length", { claimedSize: 200_000 }],
    ["too large, without a length", { claimedSize: 200_000, chunked: true }],
    ["too small", { claimedSize: 400_000 }],
  ])("about the size: %s", async (_, file) => {
    serve(file);
    const error = await failure(downloadFromHub(source, options()));
    expect(error.code).toBe("checksum");
    expect(error.message).toContain(`expected ${file.claimedSize} bytes`);
    expect(await blobs()).toEqual([]);
  });

  test.each([["../../evil"], [".."], [""]])("with the ETag %j", async (etag) => {
    serve({ etag });
    expect((await failure(downloadFromHub(source, options()))).code).toBe("network");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a refusal", () => {
  test.each([401, 403])("with %i says how to get access", async (status) => {
    serve({ statuses: [status] });
    const error = await failure(downloadFromHub(source, options()));
    expect(error.message).toMatch(/HF_TOKEN/);
    expect(error.message).toContain(`licence at ${hub.endpoint}/owner/depth`);
  });

  test("with 404 names file and revision", async () => {
    const error = await failure(downloadFromHub(source, options()));
    expect(error.code).toBe("not-found");
    expect(error.message).toMatch(/owner\/depth\/weights\/model\.safetensors at revision "main"/);
  });

  test("with 500 and 429 is tried again", async () => {
    serve({ statuses: [500, 429] });
    await downloadFromHub(source, options());
    expect(waits).toEqual([500, 1000]);
  });
});

describe("the token", () => {
  test("goes to the Hub alone, never to another origin", async () => {
    serve();
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: folder, HF_TOKEN: "hf_secret" };
    await downloadFromHub(source, options({ environment }));
    const carriers = hub.requests.map(({ origin, authorization }) => [origin, authorization]);
    expect(carriers).toEqual([
      ["hub", "Bearer hf_secret"],
      ["hub", "Bearer hf_secret"],
      ["cdn", undefined],
    ]);
  });
});

describe("two downloads at once", () => {
  test("fetch the bytes once and both get the file", async () => {
    serve();
    const paths = await Promise.all([1, 2, 3].map(() => downloadFromHub(source, options())));
    expect(new Set(paths).size).toBe(1);
    expect(downloads()).toHaveLength(1);
    expect(await holdsContent(paths[0] ?? "")).toBe(true);
  });

  test("a lock left by a dead process is taken over", async () => {
    serve();
    const lock = join(folder, "hub", ".locks", "models--owner--depth", `${sha256(content)}.depth-anything.lock`);
    await mkdir(dirname(lock), { recursive: true });
    await writeFile(lock, "");
    await utimes(lock, new Date(0), new Date(0));
    await downloadFromHub(source, options());
    await expect(stat(lock)).rejects.toThrow("ENOENT");
  });
});

describe("no way to the Hub", () => {
  test.each(["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])("%s asks nothing and says what to do", async (name) => {
    serve();
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: folder, [name]: "1" };
    const error = await failure(downloadFromHub(source, options({ environment })));
    expect(error.code).toBe("offline");
    expect(error.message).toContain("owner/depth/weights/model.safetensors");
    expect(error.message).toContain(join(repoFolder(), "snapshots", "main", "weights", "model.safetensors"));
    expect(hub.requests).toEqual([]);
  });

  test("a file copied to the place the message names is found", async () => {
    const place = join(repoFolder(), "snapshots", "main", "weights", "model.safetensors");
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
    expect(await downloadFromHub(source, options({ offline: true }))).toBe(place);
  });

  test("an unreachable endpoint is named with other ways", async () => {
    const gone = await startHubServer();
    await gone.close();
    const error = await failure(downloadFromHub(source, options({ endpoint: gone.endpoint })));
    expect(error.code).toBe("network");
    expect(error.message).toMatch(
      new RegExp(`no connection to ${gone.endpoint} \\(ECONNREFUSED\\).*HF_ENDPOINT.*--weights`),
    );
  });
});

describe("what else can go wrong", () => {
  test("an abort ends it, keeps the part, and the next call goes on", async () => {
    const stop = new AbortController();
    serve({ cuts: [150_000] });
    const delay = async (_: number, signal?: AbortSignal) => {
      stop.abort();
      signal?.throwIfAborted();
    };
    const error = await failure(downloadFromHub(source, options({ signal: stop.signal, delay })));
    expect(error.code).toBe("aborted");
    await downloadFromHub(source, options());
    expect(downloads().at(-1)?.range).toBe("bytes=150000-");
  });

  test("an abort while bytes flow", async () => {
    const stop = new AbortController();
    serve({ gate: new Promise(() => undefined) });
    setTimeout(() => stop.abort(), 50);
    expect((await failure(downloadFromHub(source, options({ signal: stop.signal })))).code).toBe("aborted");
    expect(await blobs()).toEqual([`${sha256(content)}.incomplete`]);
  });

  test("a disk without room is told before the download", async () => {
    serve({ claimedSize: 2 ** 52 });
    const error = await failure(downloadFromHub(source, options()));
    expect(error.code).toBe("io");
    expect(error.message).toMatch(/No room .* MB free.*HF_HOME/);
    expect(downloads()).toEqual([]);
  });

  test("a cache folder that cannot be made", async () => {
    serve();
    await writeFile(join(folder, "file"), "");
    const error = await failure(downloadFromHub(source, options({ cacheFolder: join(folder, "file", "cache") })));
    expect(error.code).toBe("io");
    expect(error.message).toMatch(/HF_HOME/);
  });

  test.each([
    { repo: "../evil" },
    { repo: "a/b/c" },
    { repo: "/etc" },
    { path: "../../evil" },
    { path: "/etc/passwd" },
    { path: "a\\..\\b" },
    { path: "c:evil" },
    { revision: "refs/../../x" },
    { revision: "" },
  ])("names that leave their folder: %j", async (part) => {
    expect((await failure(downloadFromHub({ ...source, ...part }, options()))).code).toBe("bad-argument");
    expect(hub.requests).toEqual([]);
  });
});

describe("fetchModelWeights", () => {
  const small = MODELS.find((model) => model.id === "large-v2") as ModelRow;
  const safetensors = "/depth-anything/Depth-Anything-V2-Large-hf/resolve/main/model.safetensors";
  const pth = "/depth-anything/Depth-Anything-V2-Large/resolve/main/depth_anything_v2_vitl.pth";

  test("tells the licence before the first request, and only when it downloads", async () => {
    hub.files.set(safetensors, { content });
    const notices: DownloadNotice[] = [];
    const beforeDownload = (notice: DownloadNotice) => {
      expect(hub.requests).toEqual([]);
      notices.push(notice);
    };
    const path = await fetchModelWeights(small, { ...options(), beforeDownload });
    expect(notices).toMatchObject([{ modelId: "large-v2", licence: "CC-BY-NC-4.0", commercialUse: false }]);
    expect(await fetchModelWeights(small, { ...options(), beforeDownload })).toBe(path);
    expect(await findModelInCache(small, options())).toBe(path);
    expect(notices).toHaveLength(1);
  });

  test.each([
    ["is missing", undefined],
    ["is damaged", { content, etag: "c".repeat(64) }],
    ["is gated", { content, statuses: [403] }],
  ])("takes the next source when the first %s", async (_, first) => {
    if (first) hub.files.set(safetensors, first);
    hub.files.set(pth, { content });
    expect(await fetchModelWeights(small, options())).toMatch(/depth_anything_v2_vitl\.pth$/);
  });

  test("says of every source what was wrong", async () => {
    hub.files.set(pth, { content, etag: "c".repeat(64) });
    const error = await failure(fetchModelWeights(small, options()));
    expect(error.code).toBe("checksum");
    expect(error.message).toMatch(/"large-v2".*Large-hf\/model\.safetensors.*404.*vitl\.pth.*SHA-256/);
  });

  test("a refused notice downloads nothing", async () => {
    const beforeDownload = () => {
      throw new DepthError("aborted", "no");
    };
    expect((await failure(fetchModelWeights(small, { ...options(), beforeDownload }))).code).toBe("aborted");
    expect(hub.requests).toEqual([]);
  });

  test("the bundled model has nothing to download", async () => {
    const nano = MODELS.find((model) => model.id === "nano") as ModelRow;
    expect((await failure(fetchModelWeights(nano, options()))).code).toBe("bad-argument");
  });
});
