import { constants } from "node:buffer";
import * as z from "zod";
import { elementCount, float32, type Tensor } from "../../graph/tensor.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import { readAligned } from "../../weights/load-weights.node.ts";
import { encodeSafetensors, parseSafetensors } from "../../weights/safetensors.ts";
import { parseTrainConfig, type StageName, type TrainConfig } from "../config/train-config.ts";
import type { Moments } from "../optimise/adamw.ts";

/** All that a stage needs to go on. */
export interface TrainState {
  readonly stage: StageName;
  readonly config: TrainConfig;
  /** Checksums of the weights a student learns from, by use; a run goes on with the same ones. */
  readonly sources: Readonly<Record<string, string>>;
  /** Steps done. */
  step: number;
  /** The best validation so far. */
  best?: { readonly step: number; readonly value: number } | undefined;
  /** Every parameter, trained or frozen. */
  readonly parameters: Map<string, Tensor<"float32">>;
  /** Optimiser moments of the trained parameters. */
  readonly moments: Map<string, Moments>;
  /** Running averages of the trained parameters; empty when the configuration keeps none. */
  readonly averages: Map<string, Float32Array>;
}

const MEAN = "optimizer.mean.";
const SQUARE = "optimizer.square.";
const AVERAGE = "average.";

/** What one piece of memory can hold, less the header. */
const MAX_BYTES = constants.MAX_LENGTH - 2 ** 24;

const notesSchema = z.object({
  stage: z.enum(["teacher", "student"]),
  step: z.int().min(0),
  config: z.unknown(),
  sources: z.record(z.string(), z.string()),
  best: z.object({ step: z.int(), value: z.number() }).exactOptional(),
});

/**
 * Writes a checkpoint: one safetensors file with parameters, moments, averages, and the configuration. The file that was
 * there stays until the new one is whole.
 * @throws DepthError `io` naming the path.
 */
export async function writeCheckpoint(path: string, state: TrainState): Promise<void> {
  const { stage, step, config, sources, best } = state;
  const tensors = new Map<string, Tensor>(state.parameters);
  const dimsOf = (name: string) => (state.parameters.get(name) as Tensor).dims;
  for (const [name, { mean, square }] of state.moments) {
    tensors.set(`${MEAN}${name}`, float32(dimsOf(name), mean));
    tensors.set(`${SQUARE}${name}`, float32(dimsOf(name), square));
  }
  for (const [name, average] of state.averages) tensors.set(`${AVERAGE}${name}`, float32(dimsOf(name), average));
  const notes = JSON.stringify({ stage, step, config, sources, ...(best && { best }) });
  await writeFileAtomic(path, encodeSafetensors(tensors, { checkpoint: notes }));
}

/**
 * Reads what `writeCheckpoint` wrote.
 * @throws DepthError `not-found`, `io`, or `bad-file` naming what is wrong.
 */
export async function readCheckpoint(path: string): Promise<TrainState> {
  const bytes = await readAligned(path);
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const { config, best, ...notes } = parseNotes(metadata.checkpoint, path);
  const state: TrainState = {
    ...{ ...notes, ...(best && { best }) },
    config: parseTrainConfig(config, `The configuration in ${path}`),
    ...{ parameters: new Map(), moments: new Map(), averages: new Map() },
  };
  const floats = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== "float32") throw damaged(path, `tensor "${name}" is missing or not float32`);
    return tensor.data as Float32Array; // a view of the bytes, which are nobody else's: training changes it in place
  };
  for (const [name, { dims }] of tensors) {
    if (name.startsWith(MEAN)) {
      const parameter = name.slice(MEAN.length);
      state.moments.set(parameter, { mean: floats(name), square: floats(`${SQUARE}${parameter}`) });
    } else if (name.startsWith(AVERAGE)) state.averages.set(name.slice(AVERAGE.length), floats(name));
    else if (!name.startsWith(SQUARE)) state.parameters.set(name, float32(dims, floats(name)));
  }
  return state;
}

function parseNotes(text: string | undefined, path: string): z.output<typeof notesSchema> {
  if (text === undefined)
    throw new DepthError(
      "bad-file",
      `${path} is a weight file, not a training checkpoint: it tells no step and configuration. ` +
        "To start from its weights, name it as --init.",
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(path, `its notes are not JSON (${messageOf(error)})`, error);
  }
  const notes = notesSchema.safeParse(json);
  if (notes.success) return notes.data;
  throw damaged(path, `its notes are not those of a checkpoint:\n${z.prettifyError(notes.error)}`);
}

function damaged(path: string, what: string, cause?: unknown): DepthError {
  return new DepthError("bad-file", `Checkpoint ${path} is damaged: ${what}. Remove it to begin this stage again.`, {
    cause,
  });
}

/**
 * Checks that a state holds what a stage trains and can be written.
 * @param trained names and shapes of the trained parameters @param all of every parameter
 * @throws DepthError `bad-file` naming the first tensor that does not fit; `too-large`.
 */
export function checkState(
  path: string,
  { parameters, moments, averages, config, stage }: TrainState,
  trained: ReadonlyMap<string, readonly number[]>,
  all: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [name, dims] of all)
    if (`${parameters.get(name)?.dims}` !== `${dims}`)
      throw damaged(path, `tensor "${name}" is [${parameters.get(name)?.dims ?? "missing"}], expected [${dims}]`);
  const keepsAverages = (config[stage]?.averageDecay ?? 0) > 0;
  const numbers = (shapes: ReadonlyMap<string, readonly number[]>) =>
    [...shapes.values()].reduce((sum, dims) => sum + elementCount(dims), 0);
  const bytes = 4 * (numbers(all) + (keepsAverages ? 3 : 2) * numbers(trained));
  if (bytes > MAX_BYTES)
    throw new DepthError(
      "too-large",
      `A checkpoint of this stage would take ${(bytes / 2 ** 30).toFixed(1)} GiB; at most ${(MAX_BYTES / 2 ** 30).toFixed(1)} GiB are written. ` +
        "Set averageDecay to 0, or freeze a part of the network.",
    );
  for (const [name, dims] of trained) {
    const count = elementCount(dims);
    const moment = moments.get(name);
    const sizes = [moment?.mean.length, moment?.square.length, keepsAverages ? averages.get(name)?.length : count];
    if (sizes.some((size) => size !== count)) throw damaged(path, `the optimiser's state of "${name}" does not fit it`);
  }
}
