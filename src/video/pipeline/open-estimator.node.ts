import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { createDepthModel } from "../../depth/depth-model.ts";
import { type LoadModelOptions, loadNetwork, type ModelSpec } from "../../depth/load-model.node.ts";
import type { DepthNetwork } from "../../depth/network.ts";
import { startEstimatorThreads } from "./estimator-threads.node.ts";
import { type FrameEstimator, modelEstimator } from "./frame-estimator.ts";

/** Copies of the weights that may be in memory, in bytes: larger networks share theirs between the cores. */
const COPIES_BYTES = 2 ** 29;
const MOST_THREADS = 16;

/**
 * Loads a model for frames. On the processor several frames are estimated at a time, each on a thread with a network of its
 * own; large networks and other devices take one frame after the other.
 * @throws DepthError as `loadModel`
 */
export async function openEstimator(
  model?: string | ModelSpec,
  options: LoadModelOptions = {},
): Promise<FrameEstimator> {
  const network = await loadNetwork(model, options);
  const cores = options.threads ?? availableParallelism();
  const weightsBytes = [...network.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const fingerprint = fingerprintOf(network);
  const copies = Math.floor(COPIES_BYTES / weightsBytes);
  if ((options.device ?? "cpu") !== "cpu") {
    const loaded = await createDepthModel(network, options);
    return { ...modelEstimator(loaded, fingerprint), close: () => loaded.dispose() };
  }
  const count = Math.max(1, Math.min(cores, copies, MOST_THREADS));
  const threadsEach = Math.max(1, Math.floor(cores / count));
  return startEstimatorThreads(network.info, { model, options }, { count, threadsEach, fingerprint });
}

/** Of the weights: their names, and both ends of each. */
function fingerprintOf({ info, weights }: DepthNetwork): string {
  const hash = createHash("sha256").update(info.id);
  for (const [name, { data }] of weights) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    hash.update(name).update(bytes.subarray(0, 4096)).update(bytes.subarray(-4096));
  }
  return hash.digest("hex").slice(0, 16);
}
