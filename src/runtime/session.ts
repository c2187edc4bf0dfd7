import { env, InferenceSession, Tensor as OrtTensor } from "#ort";
import type { Graph } from "../graph/graph.ts";
import { encodeOnnx, externalNames } from "../graph/onnx-encode.ts";
import type { DType, Tensor } from "../graph/tensor.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import { type Device, deviceUnavailable, providerOf } from "./device.ts";

/** Options of `createSession` and `openSession`. */
export interface SessionOptions {
  /** Default `cpu`. */
  readonly device?: Device;
  /** Threads inside an operator on the cpu. Default: ONNX Runtime's choice, which stands in the browser. */
  readonly threads?: number;
  /**
   * How hard ONNX Runtime works on the graph before it runs. `all` (default) also changes the memory layout of
   * convolutions, `extended` only fuses operators, `off` runs the graph as written.
   */
  readonly optimization?: "off" | "basic" | "extended" | "all";
  /**
   * Plan one block of memory for all values of a pass after the first with the same shapes. Default true; without it a
   * training step takes half the memory and the same time.
   */
  readonly memoryPattern?: boolean;
  /** Path for ONNX Runtime's profile of the run. Default none. */
  readonly profilePath?: string;
}

/** A model ready to run. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once; the outputs carry the graph's output names.
   * @throws DepthError `bad-argument` naming a missing or unfit input, `bad-state` after `dispose`.
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Frees the memory; the session cannot be used after. A second call does nothing. */
  dispose(): Promise<void>;
}

// What goes wrong is thrown; without this ONNX Runtime also writes it to stderr.
env.logLevel = "fatal";

/** Tensors from here on travel to ONNX Runtime beside the model file, not inside it. */
const EXTERNAL_FROM_BYTES = 1024;

/**
 * Prepares a graph. Parameters found in `weights` become constants, the others inputs.
 * @throws DepthError `device-unavailable`, or `bad-state` when ONNX Runtime refuses the graph.
 */
export async function createSession(
  graph: Graph,
  weights: ReadonlyMap<string, Tensor> = new Map(),
  options: SessionOptions = {},
): Promise<Session> {
  const bytes = encodeOnnx(graph, { weights, externalFrom: EXTERNAL_FROM_BYTES, shapes: false });
  const externalData = externalNames(graph, weights, EXTERNAL_FROM_BYTES).map((path) => {
    const { buffer, byteOffset, byteLength } = (weights.get(path) as Tensor).data;
    return { path, data: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) };
  });
  return openSession(bytes, graph.name, options, externalData);
}

/** Prepares the bytes of an ONNX file; `name` is for messages. */
export async function openSession(
  bytes: Uint8Array,
  name: string,
  options: SessionOptions = {},
  externalData: readonly { path: string; data: Uint8Array }[] = [],
): Promise<Session> {
  const device = options.device ?? "cpu";
  const provider = providerOf(device);
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: [provider],
      graphOptimizationLevel: options.optimization === "off" ? "disabled" : (options.optimization ?? "all"),
      logSeverityLevel: 4,
      enableMemPattern: options.memoryPattern ?? true,
      ...(externalData.length > 0 && { externalData }),
      ...(options.threads !== undefined && { intraOpNumThreads: options.threads }),
      ...(options.profilePath !== undefined && { enableProfiling: true, profileFilePrefix: options.profilePath }),
    });
    return wrapSession(session, name);
  } catch (error) {
    if (device !== "cpu") throw deviceUnavailable(device, messageOf(error), error);
    throw new DepthError("bad-state", `ONNX Runtime refused model "${name}": ${messageOf(error)}`, { cause: error });
  }
}

function wrapSession(session: InferenceSession, name: string): Session {
  let released: Promise<void> | undefined;
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    dispose() {
      released ??= session.release();
      return released;
    },
    async run(feeds) {
      if (released) throw new DepthError("bad-state", `The session of model "${name}" has been disposed of.`);
      const missing = session.inputNames.filter((input) => !feeds[input]);
      if (missing.length > 0)
        throw new DepthError("bad-argument", `Model "${name}" needs input ${missing.map((m) => `"${m}"`).join(", ")}.`);
      try {
        const ortFeeds = Object.fromEntries(session.inputNames.map((input) => [input, toOrt(feeds[input] as Tensor)]));
        const results = await session.run(ortFeeds);
        return Object.fromEntries(session.outputNames.map((output) => [output, fromOrt(results[output] as OrtTensor)]));
      } catch (error) {
        const shapes = session.inputNames
          .map((input) => `${input} ${feeds[input]?.dtype}[${feeds[input]?.dims.join(", ")}]`)
          .join(", ");
        throw new DepthError("bad-argument", `Model "${name}" failed on inputs ${shapes}: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

function toOrt(tensor: Tensor): OrtTensor {
  return new OrtTensor(tensor.dtype as "float32", tensor.data as Float32Array, tensor.dims);
}

function fromOrt(tensor: OrtTensor): Tensor {
  return { dtype: tensor.type as DType, dims: tensor.dims, data: tensor.data as Float32Array } as Tensor;
}
