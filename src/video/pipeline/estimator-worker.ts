// The program of one thread of `startEstimatorThreads`.
import { parentPort, workerData } from "node:worker_threads";
import { loadModel } from "../../depth/load-model.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { EstimatorReply, EstimatorRequest, EstimatorThreadData } from "./estimator-threads.node.ts";
import { modelEstimator } from "./frame-estimator.ts";

const { model, options } = workerData as EstimatorThreadData;
const reply = (message: EstimatorReply, transfer: ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, transfer);
const failure = (error: unknown) => ({
  code: error instanceof DepthError ? error.code : ("bad-state" as const),
  message: messageOf(error),
});

const opened = loadModel(model, options).then((loaded) => modelEstimator(loaded));
opened.then(
  () => reply({ ready: true }),
  (error: unknown) => reply({ ready: false, error: failure(error) }),
);

parentPort?.on("message", async ({ id, image }: EstimatorRequest) => {
  try {
    const { estimate } = await opened;
    const start = performance.now();
    const depth = await estimate(image);
    reply({ id, depth, timeMs: performance.now() - start }, [depth.data.buffer as ArrayBuffer]);
  } catch (error) {
    reply({ id, error: failure(error) });
  }
});
