import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeUnfinished } from "../util/atomic-file.node.ts";
import { DepthError, messageOf, throwIfAborted } from "../util/errors.ts";
import { withOutputLock } from "../util/output-lock.node.ts";
import type { OnProgress } from "../util/progress.ts";
import { folderStore, isOutOfSpace } from "./folder-store.node.ts";
import type { LabelInput } from "./input/label-input.ts";
import { listInputs } from "./input/list-inputs.node.ts";
import { openInputs, type StoredInputs, storeInputs } from "./input/stored-inputs.node.ts";
import type { LabelConfig, LabelJob, LabelResult } from "./label-config.ts";
import { createTally, type LabelStatus } from "./label-status.ts";
import { openLocalQueue } from "./local-queue.node.ts";
import { type LabelManifest, readManifest, writeManifest } from "./manifest.ts";
import { type RunRequest, requestOf, sameRequest } from "./run-request.ts";
import { labelShards } from "./shard-loop.ts";
import { shardName } from "./shard-record.ts";
import { startStatusReports } from "./status-reports.node.ts";
import { startWorkers, type WorkerPool } from "./worker-pool.node.ts";

/** How a run goes about its work; none of it changes the results. */
export interface LabelRunOptions {
  /** Folder of the results. */
  readonly out: string;
  /** Worker processes. */
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Called every few seconds. */
  readonly onStatus?: (status: LabelStatus) => void;
  /** Told while inputs are listed. */
  readonly onProgress?: OnProgress;
  /** Time between two reports. Default 2000. */
  readonly reportMs?: number;
  /** A worker that is silent for longer is replaced. Default 120 000: one run of a large network takes many seconds. */
  readonly leaseMs?: number;
  /** A picture that takes longer counts as hanging. Default 900 000. */
  readonly jobMs?: number;
  /** Tries for a picture. Default 3. */
  readonly maxAttempts?: number;
  /** Pause before the second try. Default 1000. */
  readonly retryDelayMs?: number;
  /** Other pictures than those the inputs stand for. */
  readonly listing?: () => AsyncIterable<LabelInput>;
}

/** What a run left. */
export interface LabelOutcome {
  readonly manifest: LabelManifest;
  /** Absent when everything had been done before. */
  readonly status?: LabelStatus;
}

/** Where a run keeps what it needs until it is done. */
const WORK = ".work";
const INPUTS = "inputs.jsonl";
const REQUEST = "run.json";

/**
 * Labels pictures into WebDataset shards. A run that was stopped at any moment goes on when it is started again with the
 * same inputs and configuration, and ends with the same bytes; its list of pictures is that of its beginning. Pictures
 * that cannot be used are listed in `dropped.jsonl`.
 * @param inputs see `listInputs`
 * @throws DepthError `not-found` for an input; `bad-argument` when the folder holds something else; `bad-state` when
 *   another run is writing to it or workers do not start; `io`, also for a full disk; `aborted`.
 */
export async function labelImages(
  inputs: readonly string[],
  config: LabelConfig,
  options: LabelRunOptions,
): Promise<LabelOutcome> {
  const { out } = options;
  const request = requestOf(config, inputs);
  await mkdir(out, { recursive: true });
  try {
    return await withOutputLock(out, join(out, ".lock"), async () => {
      const done = await readManifest(folderStore(out));
      if (done) {
        sameRequest(done.request, request, out);
        await cleanUp(out);
        return { manifest: done };
      }
      return await run(inputs, config, request, options);
    });
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    throw new DepthError(
      "io",
      `There is no room left for ${out}: ${messageOf(error)} Nothing is lost: make room and give the same command again.`,
      { cause: error },
    );
  }
}

async function run(
  inputs: readonly string[],
  config: LabelConfig,
  request: RunRequest,
  options: LabelRunOptions,
): Promise<LabelOutcome> {
  const { out, workers, signal, onStatus, reportMs = 2000 } = options;
  const { leaseMs = 120_000, jobMs = 900_000, maxAttempts = 3, retryDelayMs = 1000 } = options;
  const work = join(out, WORK);
  const listed = await prepare(inputs, request, options);
  for (const folder of [out, work, join(work, "spool")]) await removeUnfinished(folder);
  throwIfAborted(signal);

  const shardCount = Math.ceil(listed.count / config.shardSize);
  const tally = createTally(config.model.id, listed.count, shardCount);
  const queue = openLocalQueue<LabelJob, LabelResult>(join(work, "queue"), { leaseMs, maxAttempts, retryDelayMs });
  const stop = new AbortController();
  const abort = () =>
    stop.abort(new DepthError("aborted", "The run was interrupted; the same command goes on with it."));
  signal?.addEventListener("abort", abort, { once: true });
  let pool: WorkerPool | undefined;
  const reports = startStatusReports(out, tally, () => pool?.pids() ?? [], reportMs, onStatus);
  try {
    await labelShards({
      ...{ inputs: listed, shardSize: config.shardSize, duplicateBits: config.duplicateBits, queue, tally, workers },
      stores: { pieces: folderStore(work), shards: folderStore(out) },
      signal: stop.signal,
      startWorkers: () => {
        pool = startWorkers(queue, {
          ...{ count: workers, config, folder: work, leaseMs, jobMs },
          onFatal: (error) => stop.abort(error),
          onReady: tally.ready,
          onRestart: tally.restarted,
        });
      },
    });
    await pool?.stop();
    const { count, sha256 } = listed;
    const manifest = await writeManifest(folderStore(out), config, request, { count, sha256 }, shardCount);
    const status = await reports.close("done");
    await queue.close();
    await cleanUp(out);
    return { manifest, status };
  } catch (error) {
    await pool?.stop();
    await reports.close("stopped", messageOf(error));
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await queue.close();
  }
}

/** The list of a run that goes on, or the one of a new run in an empty place. */
async function prepare(
  inputs: readonly string[],
  request: RunRequest,
  { out, listing, onProgress, signal }: LabelRunOptions,
): Promise<StoredInputs> {
  const work = folderStore(join(out, WORK));
  const begun = await work.get(REQUEST);
  if (begun) {
    sameRequest(JSON.parse(new TextDecoder().decode(begun)) as RunRequest, request, out);
    return openInputs(join(out, WORK, INPUTS));
  }
  const foreign = (await readdir(out)).find((name) => /^label-\d+\./.test(name) || name === shardName(0));
  if (foreign !== undefined)
    throw new DepthError(
      "bad-argument",
      `${out} holds ${foreign}, but nothing that says how it was made. Give an empty folder as --out.`,
    );
  const count = await storeInputs(work, INPUTS, listing?.() ?? listInputs(inputs, out), (done) => {
    throwIfAborted(signal);
    onProgress?.({ stage: "list", done, unit: "pictures" });
  });
  if (count === 0) throw new DepthError("not-found", `There are no pictures in ${inputs.join(", ")}.`);
  // Last: what is there before it is listed again.
  await work.put(REQUEST, new TextEncoder().encode(JSON.stringify(request)));
  return openInputs(join(out, WORK, INPUTS));
}

/** Removes what only an unfinished run needs. */
async function cleanUp(out: string): Promise<void> {
  await rm(join(out, WORK), { recursive: true, force: true, maxRetries: 3 });
  await removeUnfinished(out);
}

/** The status a run last wrote. @throws DepthError `not-found` when there is none. */
export async function readLabelStatus(out: string): Promise<LabelStatus> {
  const text = await readFile(join(out, "status.json"), "utf8").catch((error: unknown) => {
    throw new DepthError("not-found", `${out} is no folder of labels: ${messageOf(error)}`, { cause: error });
  });
  return JSON.parse(text) as LabelStatus;
}
