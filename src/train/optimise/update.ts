import type { Tensor } from "../../graph/tensor.ts";
import { adamWStep, type Moments } from "./adamw.ts";

/** What training changes. */
export interface Trained {
  /** Every parameter, trained or frozen. */
  readonly parameters: ReadonlyMap<string, Tensor<"float32">>;
  /** Optimiser moments of the trained parameters. */
  readonly moments: ReadonlyMap<string, Moments>;
  /** Running averages of the trained parameters; empty when none are kept. */
  readonly averages: ReadonlyMap<string, Float32Array>;
}

/** How one step changes it. */
export interface UpdateOptions {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Of the parameters whose names start with `encoderPrefix`, and of the others. */
  readonly learningRate: { readonly encoder: number; readonly decoder: number };
  readonly encoderPrefix: string;
  readonly weightDecay: number;
  /** What the gradients are multiplied by before anything else: the part of a batch that clipping leaves of them. */
  readonly gradientScale: number;
  /** Decay of the running averages. */
  readonly averageDecay: number;
}

/** One AdamW step for every gradient, and the running averages after it; in place. Vectors (biases, scales) do not decay. */
export function updateParameters(
  { parameters, moments, averages }: Trained,
  gradients: ReadonlyMap<string, Float32Array>,
  { step, learningRate, encoderPrefix, weightDecay, gradientScale, averageDecay }: UpdateOptions,
): void {
  for (const [name, gradient] of gradients) {
    const { data, dims } = parameters.get(name) as Tensor<"float32">;
    const group = {
      learningRate: name.startsWith(encoderPrefix) ? learningRate.encoder : learningRate.decoder,
      weightDecay: dims.length > 1 ? weightDecay : 0,
    };
    adamWStep(data, gradient, moments.get(name) as Moments, step, group, { gradientScale });
    const average = averages.get(name);
    if (average) updateAverage(average, data, averageDecay, step);
  }
}

/** The average begins as a plain mean of the first values, so that the starting point is forgotten. */
function updateAverage(average: Float32Array, values: Float32Array, decay: number, step: number): void {
  const keep = step === 1 ? 0 : Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < average.length; i++)
    average[i] = keep * (average[i] as number) + (1 - keep) * (values[i] as number);
}

/** The parameters to keep: running averages where there are some, otherwise the last values. */
export function averagedParameters({ parameters, averages }: Trained): Map<string, Tensor<"float32">> {
  return new Map(
    [...parameters].map(([name, tensor]) => [name, { ...tensor, data: averages.get(name) ?? tensor.data }]),
  );
}

/** Adds gradients of a part of a batch to those of the parts before. */
export function addGradients(
  sum: ReadonlyMap<string, Float32Array>,
  gradients: ReadonlyMap<string, Float32Array>,
): void {
  for (const [name, total] of sum) {
    const part = gradients.get(name) as Float32Array;
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (part[i] as number);
  }
}
