import { float32, type Tensor } from "../../src/graph/tensor.ts";

/**
 * Central difference quotients of the weighted sum of a function's outputs for every element of every input. The sum
 * is taken in float64 over the outputs' changes, so that only their own float32 rounding counts.
 * @param step half the distance between the two points of a quotient
 */
export async function finiteDifferences(
  f: (inputs: readonly Tensor[]) => Promise<ArrayLike<number>>,
  inputs: readonly Tensor<"float32">[],
  weights: ArrayLike<number>,
  step: number,
): Promise<number[][]> {
  const quotient = async (i: number, x: Tensor<"float32">, j: number): Promise<number> => {
    const at = async (direction: number) => {
      const moved = Float32Array.from(x.data);
      moved[j] = (moved[j] as number) + direction * step;
      return { position: moved[j] as number, y: await f(inputs.with(i, float32(x.dims, moved))) };
    };
    const [low, high] = [await at(-1), await at(1)];
    let change = 0;
    for (let k = 0; k < weights.length; k++)
      change += (weights[k] as number) * ((high.y[k] as number) - (low.y[k] as number));
    return change / (high.position - low.position);
  };
  const gradients: number[][] = [];
  for (const [i, x] of inputs.entries()) {
    const gradient: number[] = [];
    for (let j = 0; j < x.data.length; j++) gradient.push(await quotient(i, x, j));
    gradients.push(gradient);
  }
  return gradients;
}

/** Largest difference between two gradients over the larger of 1 and the largest expected element. NaN stays NaN. */
export function gradientError(found: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...expected.map((e, j) => Math.abs(e - (found[j] as number)) / scale));
}
