import { differentiate } from "../graph/differentiate.ts";
import { createGraph, input, output, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import type { Tensor } from "../graph/tensor.ts";
import { createSession } from "../runtime/session.ts";
import { affineNormalise, flattenImages, gradientMatchingLoss, maskedMean } from "./losses/losses.ts";

/** Pictures and their disparity, as the loader makes them. */
export interface StepBatch {
  /** [N, 3, H, W] */
  readonly pixels: Float32Array;
  /** [N, H, W], 0..1 */
  readonly target: Float32Array;
  /** [N, H, W], 1 where the target is known */
  readonly mask: Float32Array;
}

/** What one step gives. */
export interface StepResult {
  readonly losses: { readonly total: number; readonly affine: number; readonly gradient: number };
  /** d total / d parameter, by parameter name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** The graph of one training step, ready to run. */
export interface TrainingStep {
  /** Names and shapes of the parameters that are trained. */
  readonly trained: ReadonlyMap<string, readonly number[]>;
  run(batch: StepBatch, parameters: ReadonlyMap<string, Tensor>): Promise<StepResult>;
  dispose(): Promise<void>;
}

/** Options of `createTrainingStep`. */
export interface TrainingStepOptions {
  readonly batchSize: number;
  readonly height: number;
  readonly width: number;
  /** Weight of the gradient-matching loss; 0 leaves it out. */
  readonly gradientLossWeight: number;
  /** Values of parameters that are not trained; they become constants of the graph. Default none. */
  readonly frozen?: ReadonlyMap<string, Tensor>;
  /** Default: ONNX Runtime's choice. */
  readonly threads?: number;
}

/** Builds forward pass, losses and gradients of a network into one graph. */
export async function createTrainingStep(
  forward: (pixels: Value) => Value,
  options: TrainingStepOptions,
): Promise<TrainingStep> {
  const { batchSize, height, width, gradientLossWeight, frozen = new Map(), threads } = options;
  const graph = createGraph("training-step");
  const shape = [batchSize, height, width];
  const prediction = forward(input(graph, "pixel_values", [batchSize, 3, height, width]));
  const target = input(graph, "target", shape);
  const mask = input(graph, "mask", shape);

  const [p, t, m] = [prediction, target, mask].map(flattenImages) as [Value, Value, Value];
  const residual = o.sub(affineNormalise(p, m), affineNormalise(t, m)); // [N, H W]
  const mean = (perImage: Value) => o.reduceMean(perImage, [0], { keepDims: false });
  const affine = mean(o.reshape(maskedMean(o.abs(residual), m), [batchSize]));
  const gradient = mean(gradientMatchingLoss(o.reshape(residual, shape), mask));
  const total = gradientLossWeight > 0 ? o.add(affine, o.mul(gradient, gradientLossWeight)) : affine;
  for (const [name, value] of Object.entries({ total, affine, gradient })) output(`loss.${name}`, value);

  const trained = [...graph.parameters.values()].filter(({ name }) => !frozen.has(name));
  differentiate(total, trained).forEach((value, i) => {
    output(`gradient.${(trained[i] as Value).name}`, value);
  });
  const session = await createSession(graph, frozen, threads === undefined ? {} : { threads });

  return {
    trained: new Map(trained.map(({ name, dims }) => [name, dims as readonly number[]])),
    dispose: () => session.dispose(),
    async run(batch, parameters) {
      const feeds: Record<string, Tensor> = {
        pixel_values: { dtype: "float32", dims: [batchSize, 3, height, width], data: batch.pixels },
        target: { dtype: "float32", dims: shape, data: batch.target },
        mask: { dtype: "float32", dims: shape, data: batch.mask },
      };
      for (const { name } of trained) feeds[name] = parameters.get(name) as Tensor;
      const results = await session.run(feeds);
      const floats = (name: string) => (results[name] as Tensor).data as Float32Array;
      const loss = (name: string) => floats(`loss.${name}`)[0] as number;
      return {
        losses: { total: loss("total"), affine: loss("affine"), gradient: loss("gradient") },
        gradients: new Map(trained.map(({ name }) => [name, floats(`gradient.${name}`)])),
      };
    },
  };
}
