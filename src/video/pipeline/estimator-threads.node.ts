import type { Worker } from "node:worker_threads";
import type { LoadModelOptions, ModelSpec } from "../../depth/load-model.node.ts";
import type { ModelInfo } from "../../depth/network.ts";
import type { Image } from "../../image/image.ts";
import { DepthError, type DepthErrorCode, messageOf } from "../../util/errors.ts";
import { startThread } from "../../util/thread.node.ts";
import type { FrameDepth, FrameEstimator } from "./frame-estimator.ts";

interface Failure {
  readonly code: DepthErrorCode;
  readonly message: string;
}

/** What a thread is started with. */
export interface EstimatorThreadData {
  readonly model: string | ModelSpec | undefined;
  /** Without what cannot travel to a thread. */
  readonly options: LoadModelOptions;
}

/** A frame for a thread; its pixels are copied there. */
export interface EstimatorRequest {
  readonly id: number;
  readonly image: Image;
}

/** What a thread says. */
export type EstimatorReply =
  | { readonly ready: true }
  | { readonly ready: false; readonly error: Failure }
  | { readonly id: number; readonly depth: FrameDepth; readonly timeMs: number }
  | { readonly id: number; readonly error: Failure };

interface OpenJob {
  resolve(depth: FrameDepth): void;
  reject(error: unknown): void;
}

/**
 * Estimates frames on threads of their own, each with the network loaded and one processor core: ONNX Runtime holds the
 * thread that calls it, and one frame a core takes less processor time than one frame on all cores.
 * @param info of the model, from `loadNetwork`, which also has downloaded its weights
 * @throws DepthError as `loadModel`
 */
export async function startEstimatorThreads(
  info: ModelInfo,
  { model, options }: EstimatorThreadData,
  settings: { readonly count: number; readonly threadsEach: number; readonly fingerprint: string },
): Promise<FrameEstimator & { readonly forwardMs: () => number }> {
  const { signal: _, onProgress: __, beforeDownload: ___, ...rest } = options;
  const data: EstimatorThreadData = { model, options: { ...rest, threads: settings.threadsEach } };
  const workers = Array.from({ length: settings.count }, () =>
    startThread("./estimator-worker", import.meta.url, data),
  );
  const jobs = new Map<number, OpenJob & { readonly worker: Worker }>();
  const busy = new Map(workers.map((worker) => [worker, 0]));
  let [count, forwardMs, closing] = [0, 0, false];

  const failAll = (error: DepthError): void => {
    for (const { reject } of jobs.values()) reject(error);
    jobs.clear();
  };
  const close = async (): Promise<void> => {
    closing = true;
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const ready = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        const fail = (error: DepthError): void => {
          reject(error);
          failAll(error);
        };
        worker.on("message", (reply: EstimatorReply) => {
          if ("ready" in reply) {
            if (reply.ready) resolve();
            else fail(new DepthError(reply.error.code, reply.error.message));
            return;
          }
          const job = jobs.get(reply.id);
          jobs.delete(reply.id);
          busy.set(worker, (busy.get(worker) ?? 1) - 1);
          if ("error" in reply) job?.reject(new DepthError(reply.error.code, reply.error.message));
          else {
            forwardMs += reply.timeMs;
            job?.resolve(reply.depth);
          }
        });
        worker.on("error", (error) =>
          fail(new DepthError("bad-state", `A thread of the network failed: ${messageOf(error)}`, { cause: error })),
        );
        worker.on("exit", (code) => {
          if (!closing) fail(new DepthError("bad-state", `A thread of the network ended with code ${code}.`));
        });
      }),
  );
  try {
    await Promise.all(ready);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    info,
    fingerprint: settings.fingerprint,
    concurrency: workers.length,
    forwardMs: () => forwardMs,
    estimate: (image) =>
      new Promise((resolve, reject) => {
        const id = count++;
        const worker = workers.reduce((a, b) => ((busy.get(b) ?? 0) < (busy.get(a) ?? 0) ? b : a));
        busy.set(worker, (busy.get(worker) ?? 0) + 1);
        jobs.set(id, { resolve, reject, worker });
        worker.postMessage({ id, image } satisfies EstimatorRequest, []);
      }),
    close,
  };
}
