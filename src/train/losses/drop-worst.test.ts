import { describe, expect, it } from "vitest";
import { randomMask, uniform } from "../../../test/support/loss-gradient.ts";
import { runOnce } from "../../../test/support/run-graph.ts";
import { createGraph, input } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { dropWorst } from "./drop-worst.ts";

describe("dropWorst", () => {
  const kept = async (residual: Tensor, mask: Tensor, share?: number) => {
    const graph = createGraph("drop");
    const found = dropWorst(input(graph, "r", residual.dims), input(graph, "m", mask.dims), share);
    const [result] = await runOnce([found], { r: residual, m: mask });
    return result?.data as Float32Array;
  };

  it.each([0, 0.1, 0.5, 1])("drops share %d of the valid pixels, the largest", async (share) => {
    const [dims, random] = [[6, 37], createRandom(8)];
    const [residual, mask] = [uniform(dims, random), randomMask(dims, random, 0.6)];
    const expected = Array.from({ length: 6 }, (_, row) => {
      const valid = Array.from({ length: 37 }, (_, i) => 37 * row + i).filter((i) => mask.data[i]);
      valid.sort((a, b) => (residual.data[a] as number) - (residual.data[b] as number));
      return new Set(valid.slice(0, Math.max(1, valid.length - Math.floor(valid.length * share))));
    });
    const found = await kept(residual, mask, share);
    expect(Array.from(found)).toEqual(Array.from(found, (_, i) => Number(expected[Math.floor(i / 37)]?.has(i))));
  });

  it("drops a tenth by default, nothing of a picture without valid pixels, and no ties", async () => {
    const mask = Array.from({ length: 60 }, (_, i) => Number(i < 40));
    const residual = Array.from({ length: 60 }, (_, i) => (i < 20 ? i : 3));
    const found = await kept(float32([3, 20], residual), float32([3, 20], mask));
    expect(Array.from(found)).toEqual(mask.map((m, i) => Number(m && i !== 18 && i !== 19)));
  });
});
