import { readFile } from "node:fs/promises";
import { float32, type Tensor } from "../graph/tensor.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../util/errors.ts";
import { encodeSafetensors, parseSafetensors } from "../weights/safetensors.ts";
import type { Moments } from "./adamw.ts";
import { parseTrainConfig, type TrainConfig } from "./train-config.ts";

/** All that a run needs to go on. */
export interface TrainState {
  readonly config: TrainConfig;
  /** Steps done. */
  step: number;
  /** Every parameter, trained or frozen. */
  readonly parameters: Map<string, Tensor<"float32">>;
  /** Optimiser moments of the trained parameters. */
  readonly moments: Map<string, Moments>;
  /** Running averages of the trained parameters; empty when the configuration keeps none. */
  readonly averages: Map<string, Float32Array>;
}

/** Writes a checkpoint: one safetensors file with parameters, moments, averages, and the configuration. */
export async function writeCheckpoint(path: string, state: TrainState): Promise<void> {
  const tensors = new Map<string, Tensor>(state.parameters);
  const dimsOf = (name: string) => (state.parameters.get(name) as Tensor).dims;
  for (const [name, { mean, square }] of state.moments) {
    tensors.set(`optimizer.mean.${name}`, float32(dimsOf(name), mean));
    tensors.set(`optimizer.square.${name}`, float32(dimsOf(name), square));
  }
  for (const [name, average] of state.averages) tensors.set(`average.${name}`, float32(dimsOf(name), average));
  const metadata = { step: String(state.step), config: JSON.stringify(state.config) };
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}

/** Reads what `writeCheckpoint` wrote. @throws DepthError `not-found`, or `bad-file` naming what is wrong. */
export async function readCheckpoint(path: string): Promise<TrainState> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new DepthError("not-found", `Cannot read checkpoint ${path}: ${messageOf(error)}`, { cause: error });
  });
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const step = Number(metadata.step);
  if (!Number.isInteger(step) || metadata.config === undefined)
    throw new DepthError(
      "bad-file",
      `${path} is a weight file, not a training checkpoint: it tells no step and configuration.`,
    );
  const state: TrainState = {
    config: parseTrainConfig(JSON.parse(metadata.config), `The configuration in ${path}`),
    step,
    parameters: new Map(),
    moments: new Map(),
    averages: new Map(),
  };
  const floats = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== "float32")
      throw new DepthError("bad-file", `${path}: tensor "${name}" is missing or not float32.`);
    return Float32Array.from(tensor.data as Float32Array); // own memory: it is changed in place
  };
  for (const [name, { dims }] of tensors) {
    if (name.startsWith("optimizer.mean.")) {
      const parameter = name.slice("optimizer.mean.".length);
      state.moments.set(parameter, { mean: floats(name), square: floats(`optimizer.square.${parameter}`) });
    } else if (name.startsWith("average.")) state.averages.set(name.slice("average.".length), floats(name));
    else if (!name.startsWith("optimizer.")) state.parameters.set(name, float32(dims, floats(name)));
  }
  return state;
}
