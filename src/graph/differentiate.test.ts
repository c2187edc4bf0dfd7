import { describe, expect, it } from "vitest";
import { finiteDifferences, gradientError } from "../../test/support/finite-differences.ts";
import { feedsOf, prepare, runOnce } from "../../test/support/run-graph.ts";
import { createRandom } from "../util/random.ts";
import { differentiate } from "./differentiate.ts";
import { symbol } from "./dim.ts";
import { createGraph, input, parameter, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import { elementCount, float32, type Tensor } from "./tensor.ts";

/** Gradients of a scalar function of one vector at (1, 2, 3), for x or for values the function made. */
async function gradientsAt123(build: (x: Value) => { loss: Value; wrt?: readonly Value[] }): Promise<number[][]> {
  const graph = createGraph("gradients");
  const x = input(graph, "x", [3]);
  const { loss, wrt = [x] } = build(x);
  const results = await runOnce(differentiate(loss, wrt), feedsOf(graph, [float32([3], [1, 2, 3])]));
  return results.map(({ data }) => Array.from(data as Float32Array));
}

const total = (x: Value) => o.reduceSum(x, [0]);

describe("differentiate", () => {
  it("adds up the paths of a value used more than once", async () => {
    // y = x^2, z = y + 3y, loss = sum(z y) = 4 x^4: a diamond in a diamond.
    const [gradient] = await gradientsAt123((x) => {
      const y = o.mul(x, x);
      return { loss: total(o.mul(o.add(y, o.mul(y, 3)), y)) };
    });
    expect(gradient).toEqual([16, 128, 432]);
  });

  it("takes stopped values for constants, and only there", async () => {
    const [gradient] = await gradientsAt123((x) => ({ loss: total(o.mul(o.stopGradient(o.mul(x, x)), x)) }));
    expect(gradient).toEqual([1, 4, 9]);
  });

  it("gives gradients of values along the way, in the order asked", async () => {
    const gradients = await gradientsAt123((x) => {
      const y = o.mul(x, x);
      const z = o.add(y, x);
      return { loss: total(o.mul(z, 5)), wrt: [z, x, y] };
    });
    expect(gradients).toEqual([
      [5, 5, 5],
      [15, 25, 35],
      [5, 5, 5],
    ]);
  });

  it("gives 1 for the loss itself, in its shape", async () => {
    const graph = createGraph("itself");
    const x = input(graph, "x", [1, 1]);
    const [gradient] = differentiate(x, [x]);
    expect(gradient?.dims).toEqual([1, 1]);
    expect((await runOnce([gradient as Value], { x: float32([1, 1], [7]) }))[0]?.data).toEqual(Float32Array.of(1));
  });

  it("adds nodes only for what lies between the values and the loss", () => {
    const graph = createGraph("between");
    const [x, w] = [input(graph, "x", [4, 4]), parameter(graph, "w", [4, 4])];
    const loss = o.reduceSum(o.matmul(o.exp(o.sin(x)), w), [0, 1]);
    const before = graph.nodes.length;
    differentiate(loss, [w]);
    const added = graph.nodes.slice(before);
    expect(added.map((node) => node.op)).not.toContain("Cos");
    expect(added.filter((node) => node.op === "MatMul")).toHaveLength(1);
    for (const node of added) for (const value of node.outputs) expect(value.name).toMatch(/^grad\//);
  });

  it("refuses a value the loss does not depend on, and a loss that is no scalar", () => {
    const graph = createGraph("refused");
    const [x, other] = [input(graph, "x", [2]), input(graph, "other", [2])];
    expect(() => differentiate(total(o.mul(x, x)), [x, other])).toThrow('The loss does not depend on "other".');
    expect(() => differentiate(o.mul(x, x), [x])).toThrow(/must be a scalar; "Mul\.\d+" has shape \[2\]/);
    const dynamic = input(graph, "dynamic", [symbol("n"), 2]);
    const mean = o.reduceMean(dynamic, [0, 1], { keepDims: false });
    expect(() => differentiate(mean, [dynamic])).toThrow(
      "The gradient of ReduceMean needs a static shape, but one dim is n.",
    );
  });

  it("agrees with difference quotients through a small network", async () => {
    const graph = createGraph("network");
    const x = input(graph, "x", [2, 3, 6, 6]);
    const dims = { "conv.weight": [4, 3, 3, 3], "conv.bias": [4], "norm.scale": [4], "norm.bias": [4], "fc.weight": [4, 2] }; // biome-ignore format: a table
    const weights = Object.entries(dims).map(([name, shape]) => parameter(graph, name, shape));
    const [conv, convBias, scale, bias, fc] = weights as [Value, Value, Value, Value, Value];
    const features = o.gelu(o.conv2d(x, conv, convBias, { stride: 2, pad: 1 })); // [2, 4, 3, 3]
    const tokens = o.transpose(o.reshape(features, [2, 4, 9]), [0, 2, 1]); // [2, 9, 4]
    const normal = o.layerNorm(tokens, scale, bias, 1e-5);
    const attention = o.softmax(o.matmul(normal, o.transpose(normal, [0, 2, 1])), 2); // [2, 9, 9]
    const answer = o.matmul(o.add(tokens, o.matmul(attention, normal)), fc); // [2, 9, 2]
    const loss = o.reduceMean(o.mul(answer, answer), [0, 1, 2], { keepDims: false });

    const random = createRandom(5);
    const tensorOf = (shape: readonly number[]) =>
      float32(
        shape,
        Array.from({ length: elementCount(shape) }, () => 0.5 * random.normal()),
      );
    const pixels = tensorOf([2, 3, 6, 6]);
    const tensors = Object.values(dims).map(tensorOf);
    const feeds = (values: readonly Tensor[]) => ({
      x: pixels,
      ...Object.fromEntries(Object.keys(dims).map((name, i) => [name, values[i] as Tensor])),
    });
    const session = await prepare([loss, ...differentiate(loss, weights)]);
    const f = async (values: readonly Tensor[]) => (await session.run(feeds(values)))[0]?.data as Float32Array;
    const expected = await finiteDifferences(f, tensors, [1], 5e-3);
    const [, ...found] = await session.run(feeds(tensors));
    // The loss is of order 1: its rounding (1e-7) over the step is 2e-5.
    for (const [i, quotients] of expected.entries())
      expect(gradientError(found[i]?.data as Float32Array, quotients), Object.keys(dims)[i]).toBeLessThan(3e-4);
    await session.dispose();
  });
});
