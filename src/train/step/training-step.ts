import { differentiate } from "../../graph/differentiate.ts";
import { createGraph, type Graph, input, output, type Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createSession, type SessionOptions } from "../../runtime/session.ts";
import type { TrainableNetwork } from "../network/trainable-network.ts";
import { type LossOptions, trainingLosses } from "./training-losses.ts";

/** Names and shapes of what a step is fed with beside the parameters. Unlabelled parts are absent without such pictures. */
export type StepInputName =
  | "labelled.pixels"
  | "labelled.target"
  | "labelled.mask"
  | "unlabelled.pixels"
  | "unlabelled.target"
  | "unlabelled.mask"
  | "unlabelled.region"
  | "unlabelled.features";

/** Numbers of a batch by input, laid out as `StepOptions` says. */
export type StepInputs = Readonly<Partial<Record<StepInputName, Float32Array>>>;

/** What one step gives. */
export interface StepResult {
  /** Every term, unweighted, and their weighted `total`. */
  readonly losses: Readonly<Record<string, number>>;
  /** d total / d parameter, by parameter name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** The network's maps of all pictures, labelled ones first [Nl+Nu, H, W]. */
  readonly prediction: Float32Array;
}

/** The graph of one training step, ready to run. */
export interface TrainingStep {
  /** Names and shapes of the parameters that are trained. */
  readonly trained: ReadonlyMap<string, readonly number[]>;
  readonly graph: Graph;
  run(inputs: StepInputs, parameters: ReadonlyMap<string, Tensor>): Promise<StepResult>;
  dispose(): Promise<void>;
}

/** Options of `createTrainingStep`. */
export interface StepOptions extends LossOptions {
  /** Labelled pictures [Nl, 3, H, W] with target and mask [Nl, H, W]. */
  readonly labelled: number;
  /** Unlabelled pictures [Nu, 3, H, W] with target, mask and region [Nu, H, W], and features [Nu, P, C]. Default 0. */
  readonly unlabelled?: number;
  readonly height: number;
  readonly width: number;
  /** Values of parameters that are not trained; they become constants of the graph. Default none. */
  readonly frozen?: ReadonlyMap<string, Tensor>;
  /** Compute transformer blocks again in the backward pass instead of keeping their values. Default false. */
  readonly recompute?: boolean;
  readonly session?: SessionOptions;
}

/** Names the parts of a graph that one transformer block made. */
const BLOCKS = /block\d+\//;

/**
 * Builds forward pass, losses and gradients of a network into one graph: labelled and unlabelled pictures go through it
 * as one batch.
 * @throws DepthError `bad-argument` when no loss has a weight or a parameter does not take part.
 */
export async function createTrainingStep(
  network: Pick<TrainableNetwork, "forward">,
  options: StepOptions,
): Promise<TrainingStep> {
  const { labelled, unlabelled = 0, height, width, frozen = new Map(), recompute, session: settings = {} } = options;
  const graph = createGraph("training-step");
  const pictures = (name: StepInputName, count: number) => input(graph, name, [count, 3, height, width]);
  const maps = (name: StepInputName, count: number) => input(graph, name, [count, height, width]);
  const pixels = [
    ...(labelled > 0 ? [pictures("labelled.pixels", labelled)] : []),
    ...(unlabelled > 0 ? [pictures("unlabelled.pixels", unlabelled)] : []),
  ];
  const { prediction, features } = network.forward(pixels.length > 1 ? o.concat(pixels, 0) : (pixels[0] as Value));
  const part = (value: Value, start: number, count: number) =>
    count === labelled + unlabelled ? value : o.slice(value, 0, start, start + count);

  const losses = trainingLosses(
    {
      ...(labelled > 0 && {
        labelled: {
          prediction: part(prediction, 0, labelled),
          target: maps("labelled.target", labelled),
          mask: maps("labelled.mask", labelled),
        },
      }),
      ...(unlabelled > 0 && {
        unlabelled: {
          prediction: part(prediction, labelled, unlabelled),
          target: maps("unlabelled.target", unlabelled),
          mask: maps("unlabelled.mask", unlabelled),
          region: maps("unlabelled.region", unlabelled),
          features: part(features, labelled, unlabelled),
          frozenFeatures: () =>
            input(graph, "unlabelled.features", [unlabelled, ...(features.dims.slice(1) as readonly number[])]),
        },
      }),
    },
    options,
  );
  for (const [name, value] of Object.entries(losses)) output(`loss.${name}`, value);
  output("prediction", prediction);
  const trained = [...graph.parameters.values()].filter(({ name }) => !frozen.has(name));
  differentiate(losses.total, trained, recompute ? { recompute: BLOCKS } : {}).forEach((value, i) => {
    output(`gradient.${(trained[i] as Value).name}`, value);
  });
  const session = await createSession(graph, frozen, { memoryPattern: false, ...settings });

  return {
    graph,
    trained: new Map(trained.map(({ name, dims }) => [name, dims as readonly number[]])),
    dispose: () => session.dispose(),
    async run(inputs, parameters) {
      const feeds: Record<string, Tensor> = {};
      for (const { name, dims } of graph.inputs)
        feeds[name] = float32(dims as readonly number[], inputs[name as StepInputName] as Float32Array);
      for (const { name } of trained) feeds[name] = parameters.get(name) as Tensor;
      const results = await session.run(feeds);
      const floats = (name: string) => (results[name] as Tensor).data as Float32Array;
      return {
        losses: Object.fromEntries(Object.keys(losses).map((name) => [name, floats(`loss.${name}`)[0] as number])),
        prediction: floats("prediction"),
        gradients: new Map(trained.map(({ name }) => [name, floats(`gradient.${name}`)])),
      };
    },
  };
}
