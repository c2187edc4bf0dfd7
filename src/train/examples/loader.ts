import type { Worker } from "node:worker_threads";
import { type DatasetSpec, openDataset } from "../../data/open-dataset.node.ts";
import { DepthError, messageOf, throwIfAborted } from "../../util/errors.ts";
import { startThread } from "../../util/thread.node.ts";
import type { AugmentOptions } from "./augment.ts";
import type { ExampleReply, ExampleRequest, LoaderWorkerData } from "./loader-worker.ts";
import { sampleSchedule } from "./sample-schedule.ts";

/** What to load and how. */
export interface LoaderOptions {
  /** The mixture: examples are drawn from the datasets in proportion to their weights. */
  readonly datasets: readonly { readonly spec: DatasetSpec; readonly weight: number }[];
  readonly batchSize: number;
  /** Size of the examples and strength of the changes. */
  readonly augment: AugmentOptions;
  readonly seed: number;
  /** First step to deliver; its numbers are those it would have had after all steps before it. Default 0. */
  readonly startStep?: number;
  /** Step to stop before. Default: never. */
  readonly endStep?: number;
  /** Worker threads; the numbers do not depend on it. Default 1. */
  readonly workers?: number;
  /** Batches made ahead of the one in hand. Default 2. */
  readonly prefetch?: number;
  /** Memory for decoded pictures, of all workers together. Default 1 GB. */
  readonly cacheBytes?: number;
  readonly signal?: AbortSignal;
}

/** The examples of one step. */
export interface Batch {
  readonly step: number;
  /** [batchSize, 3, height, width], as `Example.pixels`. */
  readonly pixels: Float32Array;
  /** [batchSize, height, width], as `Example.target`. */
  readonly target: Float32Array;
  /** [batchSize, height, width], as `Example.mask`. */
  readonly mask: Float32Array;
  /** Where each example came from. */
  readonly sources: readonly string[];
}

interface PendingBatch extends Batch {
  readonly sources: string[];
  missing: number;
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Batches in the order of their steps, made in worker threads while the caller computes. Leaving the `for await` loop,
 * or `return()`, stops the workers.
 * @throws DepthError `not-found` or `bad-file` naming the file of a dataset that cannot be used; `bad-argument`; `aborted`.
 */
export async function* loadBatches(options: LoaderOptions): AsyncGenerator<Batch, void> {
  const { datasets, batchSize, augment, seed, startStep = 0, endStep = Number.POSITIVE_INFINITY } = options;
  const { workers: workerCount = 1, prefetch = 2, cacheBytes = 1e9, signal } = options;
  throwIfAborted(signal);
  checkOptions(options, workerCount);
  const parts = await Promise.all(
    datasets.map(async ({ spec, weight }) => ({ weight, length: (await openDataset(spec)).length })),
  );
  const schedule = sampleSchedule(parts, seed, startStep * batchSize);
  const plane = augment.width * augment.height;
  const pending = new Map<number, PendingBatch>();
  let failure: unknown;

  const fail = (error: unknown): void => {
    failure ??= error;
    for (const batch of pending.values()) batch.reject(failure);
  };
  const receive = (reply: ExampleReply): void => {
    const step = Math.floor(reply.draw / batchSize);
    const slot = reply.draw % batchSize;
    const batch = pending.get(step);
    if (batch === undefined) return;
    if ("error" in reply) {
      batch.reject(new DepthError(reply.error.code, reply.error.message));
      return;
    }
    batch.pixels.set(reply.example.pixels, slot * 3 * plane);
    batch.target.set(reply.example.target, slot * plane);
    batch.mask.set(reply.example.mask, slot * plane);
    batch.sources[slot] = reply.source;
    if (--batch.missing === 0) {
      pending.delete(step);
      const { pixels, target, mask, sources } = batch;
      batch.resolve({ step, pixels, target, mask, sources });
    }
  };
  const workerData: LoaderWorkerData = {
    specs: datasets.map(({ spec }) => spec),
    augment,
    seed,
    cacheBytes: cacheBytes / workerCount,
  };
  const workers = Array.from({ length: workerCount }, () => startWorker(workerData, receive, fail));
  const request = (step: number): Promise<Batch> => {
    const promise = new Promise<Batch>((resolve, reject) => {
      pending.set(step, {
        step,
        pixels: new Float32Array(batchSize * 3 * plane),
        target: new Float32Array(batchSize * plane),
        mask: new Float32Array(batchSize * plane),
        sources: new Array<string>(batchSize),
        missing: batchSize,
        resolve,
        reject,
      });
    });
    // It is awaited later; until then a failure is not unhandled.
    promise.catch(() => undefined);
    for (let slot = 0; slot < batchSize; slot++) {
      const draw = schedule.next().value;
      // The same sample always goes to the same worker, whose cache holds it.
      const worker = workers[(draw.index + draw.dataset) % workerCount];
      worker?.postMessage({ ...draw, draw: step * batchSize + slot } satisfies ExampleRequest);
    }
    return promise;
  };
  const onAbort = (): void => {
    fail(new DepthError("aborted", "Loading was aborted.", { cause: signal?.reason }));
  };
  signal?.addEventListener("abort", onAbort);
  try {
    const ahead: Promise<Batch>[] = [];
    for (let next = startStep, step = startStep; step < endStep; step++) {
      for (; next < endStep && ahead.length < Math.max(prefetch, 1); next++) ahead.push(request(next));
      const batch = await ahead.shift();
      if (failure !== undefined) throw failure;
      if (next < endStep && ahead.length < prefetch) ahead.push(request(next++));
      yield batch as Batch;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorker(
  workerData: LoaderWorkerData,
  receive: (reply: ExampleReply) => void,
  fail: (error: unknown) => void,
): Worker {
  const worker = startThread("./loader-worker", import.meta.url, workerData);
  worker.on("message", receive);
  worker.on("error", (error) =>
    fail(new DepthError("bad-state", `A loader thread failed: ${messageOf(error)}`, { cause: error })),
  );
  worker.on("exit", (code) => fail(new DepthError("bad-state", `A loader thread ended with code ${code}.`)));
  return worker;
}

function checkOptions({ datasets, batchSize, startStep = 0 }: LoaderOptions, workers: number): void {
  const wrong = (what: string): never => {
    throw new DepthError("bad-argument", `Cannot load batches: ${what}.`);
  };
  if (!datasets.some(({ weight }) => weight > 0)) wrong("no dataset has a weight above 0");
  if (datasets.some(({ weight }) => !(weight >= 0))) wrong("every weight must be 0 or more");
  if (!(Number.isInteger(batchSize) && batchSize > 0)) wrong(`batchSize must be a positive integer, got ${batchSize}`);
  if (!(Number.isInteger(workers) && workers > 0)) wrong(`workers must be a positive integer, got ${workers}`);
  if (!(Number.isInteger(startStep) && startStep >= 0)) wrong(`startStep must be 0 or more, got ${startStep}`);
}
