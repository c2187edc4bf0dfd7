import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/golden-file.ts";
import { finiteDifferences } from "../../../test/support/finite-differences.ts";
import { lossAndGradient, randomMask } from "../../../test/support/loss-gradient.ts";
import type { Value } from "../../graph/graph.ts";
import { elementCount, float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom, shuffledIndices } from "../../util/random.ts";
import { gradientMatchingLoss } from "./gradient-matching.ts";

/** Equation 11 of Ranftl et al. 2020 in float64, written with loops. */
function gradientMatchingReference(residual: Tensor, mask: Tensor): number[] {
  const [n, height, width] = residual.dims as [number, number, number];
  return Array.from({ length: n }, (_, image) => {
    const at = ({ data }: Tensor, y: number, x: number) => data[(image * height + y) * width + x] as number;
    let total = 0;
    for (const step of [1, 2, 4, 8]) {
      let [sum, valid] = [0, 0];
      for (let y = 0; y < height; y += step)
        for (let x = 0; x < width; x += step) {
          valid += at(mask, y, x);
          for (const [v, u] of [
            [y + step, x],
            [y, x + step],
          ] as const)
            if (v < height && u < width)
              sum += Math.abs(at(residual, v, u) - at(residual, y, x)) * at(mask, v, u) * at(mask, y, x);
        }
      total += sum / Math.max(1, valid);
    }
    return total;
  });
}

describe("gradientMatchingLoss", () => {
  const matching = (residual: Value, mask: Value) => gradientMatchingLoss(residual, mask);

  it.each([
    [9, 11],
    [16, 8],
    [5, 3],
  ])("%ix%i: as the equation, with its difference quotients", async (height, width) => {
    const dims = [2, height, width];
    const count = elementCount(dims);
    // No two elements are nearer than 4 / count: no quotient steps over a kink.
    const order = shuffledIndices(count, createRandom(3, count));
    const residual = float32(
      dims,
      Array.from(order, (rank) => (4 * rank) / count - 2),
    );
    const mask = randomMask(dims, createRandom(4, count));
    const { losses, gradient } = await lossAndGradient(matching, [residual, mask]);
    expect(relativeError(losses, gradientMatchingReference(residual, mask))).toBeLessThan(5e-7);
    const reference = async ([moved]: readonly Tensor[]) => gradientMatchingReference(moved as Tensor, mask);
    const [expected] = await finiteDifferences(reference, [residual], [0.5, 0.5], 1e-3);
    expect(relativeError(gradient, expected as number[])).toBeLessThan(1e-5);
  });

  it("is 0 without valid pixels", async () => {
    const dims = [1, 9, 9];
    const residual = float32(
      dims,
      Array.from({ length: 81 }, (_, i) => Math.sin(i)),
    );
    const { losses, gradient } = await lossAndGradient(matching, [residual, float32(dims)]);
    expect(losses).toEqual([0]);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });
});
