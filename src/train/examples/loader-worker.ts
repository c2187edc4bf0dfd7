import { parentPort, workerData } from "node:worker_threads";
import { cachedDataset } from "../../data/cached-dataset.ts";
import type { Size } from "../../image/resize-rule.ts";
import { DepthError, type DepthErrorCode, messageOf } from "../../util/errors.ts";
import { type ExampleRecipe, openExamples } from "./example-recipe.node.ts";

/** What a loader worker is started with. */
export interface LoaderWorkerData {
  readonly recipe: ExampleRecipe;
  readonly cacheBytes: number;
}

/** A request for one example: a sample, and `draw`, the number of the draw since step 0, on which its random numbers hang. */
export interface ExampleRequest {
  readonly draw: number;
  readonly dataset: number;
  readonly index: number;
  /** Of the example; one of the recipe's. */
  readonly size: Size;
}

/** The answer to a request. */
export type ExampleReply =
  | { readonly draw: number; readonly source: string; readonly planes: Readonly<Record<string, Float32Array>> }
  | {
      readonly draw: number;
      /** Which sample it was; absent when it is not about one. */
      readonly source?: string;
      readonly error: { readonly code: DepthErrorCode; readonly message: string };
    };

const { recipe, cacheBytes } = workerData as LoaderWorkerData;
const budget = { bytesLeft: cacheBytes };
const opened = openExamples(recipe).then(({ datasets, make }) => ({
  datasets: datasets.map((dataset) => cachedDataset(dataset, budget)),
  make,
}));

async function answer({ draw, dataset: number, index, size }: ExampleRequest): Promise<void> {
  let source: string | undefined;
  try {
    const { datasets, make } = await opened;
    const dataset = datasets[number];
    if (dataset === undefined) throw new DepthError("bad-state", `The loader has no dataset number ${number}.`);
    source = `${dataset.name}/${dataset.idOf(index)}`;
    const sample = await dataset.get(index);
    const planes = make(sample, draw, size);
    const reply: ExampleReply = { draw, source: sample.source, planes };
    parentPort?.postMessage(reply, Object.values(planes).map(({ buffer }) => buffer) as ArrayBuffer[]);
  } catch (error) {
    const code = error instanceof DepthError ? error.code : "bad-state";
    const reply: ExampleReply = { draw, ...(source && { source }), error: { code, message: messageOf(error) } };
    parentPort?.postMessage(reply);
  }
}

// One at a time, in the order of the requests: decoding several at once would only raise memory.
let last = Promise.resolve();
parentPort?.on("message", (request: ExampleRequest) => {
  last = last.then(() => answer(request));
});
