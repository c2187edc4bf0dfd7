import { parentPort, workerData } from "node:worker_threads";
import { cachedDataset } from "../../data/cached-dataset.ts";
import { type DatasetSpec, openDataset } from "../../data/open-dataset.node.ts";
import { DepthError, type DepthErrorCode, messageOf } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { type AugmentOptions, augment, type Example } from "./augment.ts";

/** What a loader worker is started with. */
export interface LoaderWorkerData {
  readonly specs: readonly DatasetSpec[];
  readonly augment: AugmentOptions;
  readonly seed: number;
  readonly cacheBytes: number;
}

/** A request for one example. Its random numbers hang on the seed and `draw`, the number of the draw since step 0. */
export interface ExampleRequest {
  readonly draw: number;
  readonly dataset: number;
  readonly index: number;
}

/** The answer to a request. */
export type ExampleReply =
  | { readonly draw: number; readonly source: string; readonly example: Example }
  | { readonly draw: number; readonly error: { readonly code: DepthErrorCode; readonly message: string } };

const { specs, augment: options, seed, cacheBytes } = workerData as LoaderWorkerData;
const budget = { bytesLeft: cacheBytes };
const datasets = Promise.all(specs.map(async (spec) => cachedDataset(await openDataset(spec), budget)));

async function answer({ draw, dataset, index }: ExampleRequest): Promise<void> {
  try {
    const sample = await (await datasets)[dataset]?.get(index);
    if (sample === undefined) throw new DepthError("bad-state", `The loader has no dataset number ${dataset}.`);
    const example = augment(sample, createRandom(seed, draw, 0xa06), options);
    const reply: ExampleReply = { draw, source: sample.source, example };
    const { pixels, target, mask } = example;
    parentPort?.postMessage(reply, [pixels.buffer, target.buffer, mask.buffer] as ArrayBuffer[]);
  } catch (error) {
    const code = error instanceof DepthError ? error.code : "bad-state";
    parentPort?.postMessage({ draw, error: { code, message: messageOf(error) } } satisfies ExampleReply);
  }
}

// One at a time, in the order of the requests: decoding several at once would only raise memory.
let last = Promise.resolve();
parentPort?.on("message", (request: ExampleRequest) => {
  last = last.then(() => answer(request));
});
