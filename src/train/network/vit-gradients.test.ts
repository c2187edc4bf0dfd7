import { describe, expect, it } from "vitest";
import { prepare } from "../../../test/support/run-graph.ts";
import { differentiate } from "../../graph/differentiate.ts";
import { createGraph, input } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { elementCount, float32, type Tensor } from "../../graph/tensor.ts";
import type { DepthAnythingConfig } from "../../models/config.ts";
import { depthAnythingForward } from "../../models/depth-anything.ts";
import { createRandom, type Random } from "../../util/random.ts";

/** Every operator of the published networks at a size where a pass takes a millisecond. */
const TINY: DepthAnythingConfig = {
  ...{ embedDim: 8, depth: 4, numHeads: 2, mlpRatio: 2, patchSize: 14, imageSize: 28, layers: [0, 1, 2, 3] },
  ...{ features: 4, outChannels: [3, 4, 4, 5], headFeatures: 4, kind: "v2metric", maxDepthMetres: 2 },
  ...{ layerNormEps: 1e-6, interpolateOffset: 0.1 },
};
/** 4 x 3 patches: the position table of 2 x 2 is interpolated, by other factors each way. */
const [HEIGHT, WIDTH] = [56, 42];
const DIRECTION_STEP = 2e-3;

type Floats = Float32Array<ArrayBufferLike>;
const dot = (a: Floats, b: Floats): number => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
const moved = (x: Floats, direction: Floats, by: number): Float32Array =>
  Float32Array.from(x, (v, i) => v + by * (direction[i] as number));

/** A random vector of length 1. */
function unit(length: number, random: Random): Float32Array {
  const vector = Float32Array.from({ length }, () => random.normal());
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((v) => v / norm);
}

describe("gradients of a whole Depth Anything network", () => {
  it.each([
    ["all values kept", {}],
    ["blocks computed again", { recompute: /block\d+\// }],
  ])("agree with difference quotients of every parameter, %s", async (_, options) => {
    const graph = createGraph("tiny");
    const depth = depthAnythingForward(input(graph, "pixels", [1, 3, HEIGHT, WIDTH]), TINY);
    const error = o.sub(depth, input(graph, "target", [1, HEIGHT, WIDTH]));
    const loss = o.mul(o.reduceMean(o.mul(error, error), [0, 1, 2], { keepDims: false }), 10);
    const parameters = [...graph.parameters.values()];
    const random = createRandom(21);
    const tensor = (dims: readonly number[], of: () => number) =>
      float32(dims, Array.from({ length: elementCount(dims) }, of));
    const weights = new Map<string, Tensor<"float32">>(
      parameters.map(({ name, dims }) => {
        const shape = dims as number[];
        const scale = shape.length > 1 ? Math.sqrt(2 / elementCount(shape.slice(1))) : 0.3;
        const mean = /gamma$|norm\d?\.weight$/.test(name) ? 1 : 0;
        return [name, tensor(shape, () => mean + scale * random.normal())];
      }),
    );
    const feeds = {
      pixels: tensor([1, 3, HEIGHT, WIDTH], () => random.normal()),
      target: tensor([1, HEIGHT, WIDTH], () => random.uniform(0, 2)),
      ...Object.fromEntries(weights),
    };
    const session = await prepare([loss, ...differentiate(loss, parameters, options)]);
    const [, ...gradients] = await session.run(feeds);
    const quotients = await prepare([loss]);
    for (const [i, { name, dims }] of parameters.entries()) {
      const gradient = gradients[i]?.data as Float32Array;
      const { data } = weights.get(name) as Tensor<"float32">;
      const length = Math.sqrt(dot(gradient, gradient));
      const lossAt = async (direction: Float32Array, by: number) => {
        const there = { ...feeds, [name]: float32(dims as number[], moved(data, direction, by)) };
        return ((await quotients.run(there))[0] as Tensor<"float32">).data[0] as number;
      };
      // Along the gradient the loss changes most; across it a wrong sign or place of some elements would show.
      for (const direction of [gradient.map((v) => v / length), unit(gradient.length, random)]) {
        const [high, low] = [await lossAt(direction, DIRECTION_STEP), await lossAt(direction, -DIRECTION_STEP)];
        const quotient = (high - low) / (2 * DIRECTION_STEP);
        expect(Math.abs(quotient - dot(gradient, direction)) / (0.01 + length), name).toBeLessThan(0.03);
      }
      expect(length, name).toBeGreaterThan(1e-5);
    }
    await session.dispose();
    await quotients.dispose();
  });
});
