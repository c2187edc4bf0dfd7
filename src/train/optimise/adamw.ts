/** What one parameter is trained with. */
export interface ParameterGroup {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** Options of `adamWStep`. */
export interface AdamWOptions {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** What the gradient is multiplied by first. Default 1. */
  readonly gradientScale?: number;
}

/** The running means of a parameter's gradient and of its square. */
export interface Moments {
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

/**
 * One step of AdamW (Loshchilov and Hutter, ICLR 2019; decay beside the gradient as in PyTorch), in place.
 * @param step number of this step, from 1: it corrects the means' start at zero
 */
export function adamWStep(
  parameter: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  step: number,
  group: ParameterGroup,
  options: AdamWOptions = {},
): void {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, gradientScale = 1 } = options;
  const { mean, square } = moments;
  const shrink = 1 - group.learningRate * group.weightDecay;
  const rate = group.learningRate / (1 - beta1 ** step);
  const squareScale = 1 / (1 - beta2 ** step);
  for (let i = 0; i < parameter.length; i++) {
    const g = gradientScale * (gradient[i] as number);
    const m = beta1 * (mean[i] as number) + (1 - beta1) * g;
    const v = beta2 * (square[i] as number) + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    parameter[i] = (parameter[i] as number) * shrink - (rate * m) / (Math.sqrt(v * squareScale) + epsilon);
  }
}

/** The Euclidean length of all gradients together. */
export function gradientNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients)
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] as number;
      sum += g * g;
    }
  return Math.sqrt(sum);
}
