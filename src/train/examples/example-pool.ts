import { totalmem } from "node:os";
import type { Worker } from "node:worker_threads";
import { DepthError, messageOf, throwIfAborted } from "../../util/errors.ts";
import { startThread } from "../../util/thread.node.ts";
import {
  allBad,
  badPictureLimit,
  DEFAULT_MAX_BAD_SHARE,
  isBadPicture,
  MAX_BAD_IN_A_ROW,
  replacementIndex,
  type SkippedPicture,
} from "./bad-pictures.ts";
import { batchSchedule } from "./batch-schedule.ts";
import { type ExampleRecipe, openExamples } from "./example-recipe.node.ts";
import type { ExampleReply, ExampleRequest, LoaderWorkerData } from "./loader-worker.ts";
import type { Draw } from "./sample-schedule.ts";
import { sizeInTurn } from "./size-in-turn.ts";

/** How batches are loaded, whatever is in them. */
export interface LoadingOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** First step to deliver; its numbers are those it would have had after all steps before it. Default 0. */
  readonly startStep?: number;
  /** Step to stop before. Default: never. */
  readonly endStep?: number;
  /** Worker threads; the numbers do not depend on it. Default 1. */
  readonly workers?: number;
  /** Batches made ahead of the one in hand. Default 2. */
  readonly prefetch?: number;
  /** Memory for decoded pictures, of all workers together. Default: an eighth of the machine's. */
  readonly cacheBytes?: number;
  /**
   * Pictures that cannot be used are left out, and another of the same dataset takes their place, as long as they are no
   * more than this share of those tried since `startStep` (judged from `MIN_TRIED` on) and fewer than `MAX_BAD_IN_A_ROW`
   * one after the other. 0 stops at the first. Default 0.05.
   */
  readonly maxBadShare?: number;
  readonly signal?: AbortSignal;
}

/** The examples of one step. */
export interface ExampleBatch {
  readonly step: number;
  /** [batchSize, channels, height, width] by name. */
  readonly planes: Readonly<Record<string, Float32Array>>;
  /** Where each example came from. */
  readonly sources: readonly string[];
  /** Pictures that could not be used, in whose place others are; the same whenever this step is loaded. */
  readonly skipped: readonly SkippedPicture[];
}

interface PendingExample {
  readonly draw: Draw;
  readonly skipped: SkippedPicture[];
  reply?: ExampleReply & { planes: unknown };
}

interface PendingBatch {
  readonly examples: PendingExample[];
  missing: number;
  readonly resolve: (batch: ExampleBatch) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Batches in the order of their steps, made in worker threads while the caller computes. Leaving the `for await` loop,
 * or `return()`, stops the workers.
 * @param weights of the recipe's datasets; undefined: the number of its pictures
 * @throws DepthError what a dataset says when it is opened, `bad-file` for too many bad pictures, `bad-argument`, `aborted`
 */
export async function* loadExamples(
  recipe: ExampleRecipe,
  weights: readonly (number | undefined)[],
  options: LoadingOptions,
): AsyncGenerator<ExampleBatch, void> {
  const { batchSize, startStep = 0, endStep = Number.POSITIVE_INFINITY, signal } = options;
  const { workers: workerCount = 1, prefetch = 2, maxBadShare = DEFAULT_MAX_BAD_SHARE } = options;
  const { cacheBytes = totalmem() / 8 } = options;
  throwIfAborted(signal);
  checkOptions(weights, options);
  for (const { weights: own } of recipe.sizes) if (own) checkWeights(own, weights.length);
  const lengths = (await openExamples(recipe)).datasets.map(({ length }) => length);
  const mixture = lengths.map((length, i) => ({ length, weight: weights[i] ?? length }));
  const turns = recipe.sizes.map(
    ({ weights: own }) => own?.map((weight, i) => ({ length: lengths[i] as number, weight })) ?? mixture,
  );
  const schedule = batchSchedule(turns, batchSize, recipe.seed, startStep);
  const limit = badPictureLimit(maxBadShare);
  const pending = new Map<number, PendingBatch>();
  let failure: unknown;

  const fail = (error: unknown): void => {
    failure ??= error;
    for (const batch of pending.values()) batch.reject(failure);
  };
  const ask = (number: number, { draw, skipped }: PendingExample): void => {
    const { dataset } = draw;
    const index = replacementIndex(draw.index, skipped.length, lengths[dataset] as number);
    const { width, height } = sizeInTurn(recipe.sizes, Math.floor(number / batchSize));
    const request: ExampleRequest = { draw: number, dataset, index, size: { width, height } };
    // The same sample always goes to the same worker, whose cache holds it.
    workers[(index + dataset) % workerCount]?.postMessage(request);
  };
  const receive = (reply: ExampleReply): void => {
    const step = Math.floor(reply.draw / batchSize);
    const batch = pending.get(step);
    const example = batch?.examples[reply.draw % batchSize];
    if (batch === undefined || example === undefined) return;
    if ("error" in reply) {
      const { code, message } = reply.error;
      if (reply.source === undefined || !isBadPicture(code) || maxBadShare === 0) {
        batch.reject(new DepthError(code, message));
        return;
      }
      example.skipped.push({ source: reply.source, reason: message });
      const most = Math.min(MAX_BAD_IN_A_ROW, lengths[example.draw.dataset] as number);
      if (example.skipped.length >= most) batch.reject(allBad(example.skipped));
      else ask(reply.draw, example);
      return;
    }
    example.reply = reply;
    if (--batch.missing > 0) return;
    pending.delete(step);
    batch.resolve(assembled(step, batch.examples));
  };
  const workerData: LoaderWorkerData = { recipe, cacheBytes: cacheBytes / workerCount };
  const workers = Array.from({ length: workerCount }, () => startWorker(workerData, receive, fail));
  const request = (step: number): Promise<ExampleBatch> => {
    const examples = schedule.next().value.map((draw) => ({ draw, skipped: [] }));
    const promise = new Promise<ExampleBatch>((resolve, reject) => {
      pending.set(step, { examples, missing: batchSize, resolve, reject });
    });
    // It is awaited later; until then a failure is not unhandled.
    promise.catch(() => undefined);
    for (const [slot, example] of examples.entries()) ask(step * batchSize + slot, example);
    return promise;
  };
  const onAbort = (): void => {
    fail(new DepthError("aborted", "Loading was aborted.", { cause: signal?.reason }));
  };
  signal?.addEventListener("abort", onAbort);
  try {
    const ahead: Promise<ExampleBatch>[] = [];
    for (let next = startStep, step = startStep; step < endStep; step++) {
      for (; next < endStep && ahead.length < Math.max(prefetch, 1); next++) ahead.push(request(next));
      const batch = (await ahead.shift()) as ExampleBatch;
      if (failure !== undefined) throw failure;
      // Judged in the order of the steps, so that a run stops at the same step whatever its threads.
      limit.count(batchSize, batch.skipped);
      if (next < endStep && ahead.length < prefetch) ahead.push(request(next++));
      yield batch;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function assembled(step: number, examples: readonly PendingExample[]): ExampleBatch {
  const replies = examples.map(({ reply }) => reply as Extract<ExampleReply, { planes: unknown }>);
  const planes: Record<string, Float32Array> = {};
  for (const [name, { length }] of Object.entries(replies[0]?.planes ?? {})) {
    const all = new Float32Array(length * replies.length);
    for (const [slot, reply] of replies.entries()) all.set(reply.planes[name] as Float32Array, slot * length);
    planes[name] = all;
  }
  const skipped = examples.flatMap((example) => example.skipped);
  return { step, planes, sources: replies.map(({ source }) => source), skipped };
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

function checkOptions(weights: readonly (number | undefined)[], options: LoadingOptions): void {
  const { batchSize, startStep = 0, workers = 1, maxBadShare = DEFAULT_MAX_BAD_SHARE } = options;
  checkWeights(weights, weights.length);
  if (!(Number.isInteger(batchSize) && batchSize > 0)) wrong(`batchSize must be a positive integer, got ${batchSize}`);
  if (!(Number.isInteger(workers) && workers > 0)) wrong(`workers must be a positive integer, got ${workers}`);
  if (!(Number.isInteger(startStep) && startStep >= 0)) wrong(`startStep must be 0 or more, got ${startStep}`);
  if (!(maxBadShare >= 0 && maxBadShare <= 1)) wrong(`maxBadShare must lie in 0..1, got ${maxBadShare}`);
}

function checkWeights(weights: readonly (number | undefined)[], datasets: number): void {
  if (weights.length !== datasets) wrong(`a size has ${weights.length} weights for ${datasets} datasets`);
  if (!weights.some((weight = 1) => weight > 0)) wrong("no dataset has a weight above 0");
  if (weights.some((weight = 1) => !(weight >= 0))) wrong("every weight must be 0 or more");
}

const wrong = (what: string): never => {
  throw new DepthError("bad-argument", `Cannot load batches: ${what}.`);
};
