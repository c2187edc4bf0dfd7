import { describe, expect, it } from "vitest";
import { finiteDifferences, gradientError } from "../../test/support/finite-differences.ts";
import { feedsOf, prepare } from "../../test/support/run-graph.ts";
import { createRandom, shuffledIndices } from "../util/random.ts";
import { differentiate } from "./differentiate.ts";
import { staticDims } from "./dim.ts";
import { constant, createGraph, emit, type Graph, input, type Value } from "./graph.ts";
import type { ConvOptions } from "./operations.ts";
import * as o from "./operations.ts";
import type { OpName } from "./operators.ts";
import { elementCount, float32, type Tensor } from "./tensor.ts";

type Shape = readonly number[];
/** Takes as many values as the case has inputs. */
type Build = (a: Value, b: Value, c: Value) => Value;

/** One use of an operator: input shapes, the graph, and what brings data into the operator's domain. */
type Case = readonly [
  name: string,
  inputs: readonly Shape[],
  build: Build,
  domain?: ((x: number) => number) | undefined,
];

/** An operator through which nothing flows, as a float function of a vector. */
type Flat = (x: Value) => Value;

const positive = (x: number) => 0.5 + Math.abs(x);
const broadcasts: readonly (readonly [string, Shape, Shape])[] = [
  ["same shapes", [2, 3], [2, 3]],
  ["the right repeated", [2, 3, 2], [3, 1]],
  ["the left repeated", [1, 2], [3, 1, 2]],
  ["both repeated", [3, 1], [2, 1, 4]],
  ["a scalar", [2, 2], []],
];
const binary = (build: (a: Value, b: Value) => Value, domain?: (x: number) => number): Case[] =>
  broadcasts.map(([name, a, b]) => [name, [a, b], build, domain]);
const unary = (build: Build, domain?: (x: number) => number): Case[] => [["all elements", [[2, 5]], build, domain]];

const convolution = (name: string, x: Shape, weight: Shape, options: ConvOptions = {}): Case => [
  name,
  [x, weight, [weight[0] as number]],
  (a, w, b) => o.conv2d(a, w, b, options),
];
const transposed = (name: string, x: Shape, weight: Shape, options: Parameters<typeof o.convTranspose2d>[3]): Case => [
  name,
  [x, weight, [(weight[1] as number) * (options?.groups ?? 1)]],
  (a, w, b) => o.convTranspose2d(a, w, b, options),
];
const resize = (corners: "align_corners" | "half_pixel"): Case[] =>
  (
    [
      ["up by 2", [1, 2, 3, 2], 6, 4],
      ["up by uneven factors", [2, 1, 3, 4], 8, 5],
      ["down", [1, 1, 5, 7], 3, 4],
      ["up one way, down the other", [1, 1, 3, 6], 7, 4],
      ["from one pixel", [1, 2, 1, 1], 3, 2],
      ["to one row", [1, 1, 3, 3], 1, 5],
    ] as const
  ).map(([name, x, h, w]) => [`${corners}: ${name}`, [x], (v) => o.resizeBilinear(v, h, w, corners)]);

type Reduce = (x: Value, axes: readonly number[], options: o.ReduceOptions) => Value;
const reduction = (reduce: Reduce): Case[] =>
  [true, false].flatMap((keepDims) =>
    [[1], [0, 2], [-1], [0, 1, 2]].map(
      (axes): Case => [
        `axes ${axes}, ${keepDims ? "kept" : "gone"}`,
        [[2, 3, 4]],
        (x) => reduce(x, axes, { keepDims }),
      ],
    ),
  );

const indices = (graph: Graph, dims: Shape, values: readonly number[]): Value =>
  constant(graph, { dtype: "int64", dims, data: BigInt64Array.from(values.map(BigInt)) });
const truth = (graph: Graph, dims: Shape, values: readonly number[]): Value =>
  constant(graph, { dtype: "bool", dims, data: Uint8Array.from(values) });
const asFloat = (x: Value): Value => o.cast(x, "float32");

/** Every operator: a missing one does not compile. */
const cases: { readonly [Op in OpName]: Flat | readonly Case[] } = {
  Add: [...binary(o.add), ["a value to itself", [[3]], (x) => o.add(x, x)]],
  Sub: binary(o.sub),
  Mul: [...binary(o.mul), ["a value by itself", [[3]], (x) => o.mul(x, x)]],
  Div: binary(o.div, positive),
  Max: binary(o.maximum),
  Min: binary(o.minimum),
  Neg: unary(o.neg),
  Abs: unary(o.abs),
  Sign: o.sign,
  Sqrt: unary(o.sqrt, positive),
  Exp: unary(o.exp),
  Log: unary(o.log, positive),
  Erf: [...unary(o.erf), ["in a GELU, which is fused", [[2, 5]], (x) => o.gelu(x)]],
  Sigmoid: unary(o.sigmoid),
  Softplus: unary(o.softplus),
  Relu: unary(o.relu),
  Floor: o.floor,
  Clip: [
    ["both limits met", [[3, 7]], (x) => o.clip(x, -0.9, 1)],
    ["one limit met", [[3, 7]], (x) => o.clip(x, 0, 6)],
  ],
  Cos: unary(o.cos),
  Sin: unary(o.sin),
  Atan: unary(o.atan),
  Equal: (x) => asFloat(o.equal(x, 1)),
  Less: (x) => asFloat(o.less(x, 1)),
  LessOrEqual: (x) => asFloat(o.lessOrEqual(x, 1)),
  Greater: (x) => asFloat(o.greater(x, 1)),
  GreaterOrEqual: (x) => asFloat(o.greaterOrEqual(x, 1)),
  And: (x) => asFloat(o.logicalAnd(o.less(x, 1), o.greater(x, 0))),
  Or: (x) => asFloat(o.logicalOr(o.less(x, 0), o.greater(x, 1))),
  Not: (x) => asFloat(o.logicalNot(o.less(x, 1))),
  Where: [
    ["same shapes", [[2, 2], [2, 2]], (a, b) => o.where(truth(a.graph, [2, 2], [1, 0, 0, 1]), a, b)], // biome-ignore format: a table
    ["a wide condition", [[2], [3, 1]], (a, b) => o.where(truth(a.graph, [2, 1, 2], [1, 0, 0, 1]), a, b)], // biome-ignore format: a table
    ["a condition of the data", [[3, 4]], (a) => o.where(o.greater(a, 0), a, o.mul(a, 3))], // biome-ignore format: a table
  ],
  Cast: [["through float64", [[4]], (x) => asFloat(o.cast(x, "float64"))]],
  MatMul: (
    [
      [
        [3, 4],
        [4, 2],
      ],
      [
        [2, 3, 4],
        [4, 2],
      ],
      [
        [2, 2, 3, 2],
        [2, 3],
      ],
      [
        [2, 3, 4],
        [2, 4, 2],
      ],
      [
        [3, 4],
        [2, 4, 2],
      ],
      [
        [2, 2, 3, 2],
        [2, 2, 2, 3],
      ],
      [
        [2, 1, 3, 2],
        [3, 2, 2],
      ],
      [
        [1, 3, 2],
        [4, 2, 1],
      ],
    ] as const
  ).map(([a, b]) => [`[${a}] x [${b}]`, [a, b], o.matmul]),
  Conv: [
    convolution("1x1", [2, 3, 3, 2], [4, 3, 1, 1]),
    convolution("1x1 stride 2, odd size", [1, 2, 5, 3], [3, 2, 1, 1], { stride: 2 }),
    convolution("1x1 with padding", [1, 2, 2, 2], [1, 2, 1, 1], { pad: 1 }),
    convolution("3x3 same", [1, 2, 4, 5], [3, 2, 3, 3], { pad: 1 }),
    convolution("3x3 valid", [2, 2, 4, 4], [2, 2, 3, 3]),
    convolution("3x3 asymmetric pads", [1, 2, 4, 3], [2, 2, 3, 3], { pad: [2, 0, 1, 3] }),
    convolution("3x2 kernel", [1, 1, 4, 4], [2, 1, 3, 2], { pad: [1, 1, 1, 0] }),
    convolution("3x3 stride 2, even size", [1, 2, 4, 6], [2, 2, 3, 3], { stride: 2, pad: 1 }),
    convolution("3x3 stride 2, odd size", [1, 2, 5, 7], [2, 2, 3, 3], { stride: 2, pad: 1 }),
    convolution("3x3 stride 2, TensorFlow pads", [1, 2, 6, 4], [2, 2, 3, 3], { stride: 2, pad: [0, 0, 1, 1] }),
    convolution("7x7 stride 7, patches with a rest", [1, 1, 15, 7], [2, 1, 7, 7], { stride: 7 }),
    convolution("dilation 2", [1, 2, 5, 6], [1, 2, 3, 3], { dilation: 2, pad: 2 }),
    convolution("dilation 2, stride 2", [1, 1, 6, 7], [2, 1, 3, 3], { dilation: 2, stride: 2, pad: 2 }),
    convolution("2 groups", [2, 4, 4, 3], [6, 2, 3, 3], { groups: 2, pad: 1 }),
    convolution("2 groups, stride 2", [1, 4, 5, 4], [4, 2, 3, 3], { groups: 2, stride: 2, pad: 1 }),
    convolution("depthwise", [2, 3, 4, 4], [3, 1, 3, 3], { groups: 3, pad: 1 }),
    convolution("depthwise asymmetric pads", [1, 2, 3, 4], [2, 1, 3, 3], { groups: 2, pad: [0, 1, 2, 0] }),
    convolution("depthwise stride 2, even size", [1, 3, 4, 6], [3, 1, 3, 3], { groups: 3, stride: 2, pad: 1 }),
    convolution("depthwise stride 2, odd size", [2, 2, 5, 7], [2, 1, 3, 3], { groups: 2, stride: 2, pad: 1 }),
    convolution("depthwise stride 2, TensorFlow pads", [1, 2, 6, 4], [2, 1, 3, 3], { groups: 2, stride: 2, pad: [0, 0, 1, 1] }), // biome-ignore format: a table
    convolution("depthwise 1x1 stride 2, odd size", [1, 2, 5, 3], [2, 1, 1, 1], { groups: 2, stride: 2 }),
    convolution("depthwise dilation 2", [1, 2, 5, 5], [2, 1, 3, 3], { groups: 2, dilation: 2, pad: 2 }),
    convolution("depthwise dilation 2, stride 2", [1, 2, 6, 5], [2, 1, 3, 3], { groups: 2, dilation: 2, stride: 2, pad: 1 }), // biome-ignore format: a table
    convolution("depthwise padded further than the kernel", [1, 2, 3, 3], [2, 1, 1, 1], { groups: 2, pad: 1 }),
    convolution("depthwise 2 outputs a channel", [1, 2, 4, 4], [4, 1, 3, 3], { groups: 2, pad: 1 }),
    convolution("one channel", [2, 1, 4, 4], [1, 1, 3, 3], { pad: 1, stride: 2 }),
  ],
  ConvTranspose: [
    transposed("kernel = stride = 2", [2, 3, 3, 2], [3, 2, 2, 2], { stride: 2 }),
    transposed("kernel = stride = 4", [1, 2, 2, 3], [2, 1, 4, 4], { stride: 4 }),
    transposed("3x3 stride 2", [1, 2, 3, 3], [2, 2, 3, 3], { stride: 2, pad: 1 }),
    transposed("output padding", [1, 2, 3, 2], [2, 1, 3, 3], { stride: 2, pad: 1, outputPadding: [1, 1] }),
    transposed("asymmetric pads", [1, 1, 3, 3], [1, 2, 3, 3], { pad: [1, 0, 0, 2] }),
    transposed("2 groups", [1, 4, 3, 2], [4, 2, 3, 3], { groups: 2, stride: 2, pad: 1 }),
    transposed("depthwise", [2, 3, 3, 3], [3, 1, 3, 3], { groups: 3, pad: 1 }),
    transposed("dilation 2", [1, 1, 3, 3], [1, 1, 3, 3], { dilation: 2, pad: 1 }),
  ],
  Resize: [...resize("align_corners"), ...resize("half_pixel")],
  Transpose: [
    ["2 axes", [[2, 3]], (x) => o.transpose(x, [1, 0])],
    ["a cycle", [[2, 3, 4, 2]], (x) => o.transpose(x, [2, 0, 3, 1])],
  ],
  Reshape: [["to other ranks", [[2, 3, 4]], (x) => o.reshape(x, [4, 6])]],
  Expand: [
    ["an inner axis", [[2, 1, 3]], (x) => o.expand(x, [2, 4, 3])],
    ["new axes", [[3, 1]], (x) => o.expand(x, [2, 3, 2])],
    ["a scalar", [[]], (x) => o.expand(x, [2, 3])],
  ],
  Concat: [
    ["axis 0", [[1, 3], [2, 3]], (a, b) => o.concat([a, b], 0)], // biome-ignore format: a table
    ["the last axis, three values", [[2, 1], [2, 3], [2, 2]], (a, b, c) => o.concat([a, b, c], 1)], // biome-ignore format: a table
    ["a value with itself", [[2, 2]], (x) => o.concat([x, x], 1)],
  ],
  Slice: [
    ["the middle", [[5, 3]], (x) => o.slice(x, 0, 1, 4)],
    ["from an offset to the end", [[2, 5, 2]], (x) => o.slice(x, 1, 2)],
    ["step 2 of an odd axis", [[2, 5]], (x) => o.slice(x, 1, 0, 5, 2)],
    ["step 2 of an even axis", [[6, 2]], (x) => o.slice(x, 0, 0, 6, 2)],
    ["step 3 from an offset", [[2, 8]], (x) => o.slice(x, 1, 1, 8, 3)],
    ["step 2, ending early", [[9]], (x) => o.slice(x, 0, 1, 6, 2)],
    ["reversed", [[3, 4]], (x) => o.reverse(x, 1)],
  ],
  Pad: [["uneven", [[2, 3, 2]], (x) => o.pad(x, [0, 1, 2], [0, 0, 1])]],
  Gather: [
    ["repeated rows", [[4, 2]], (x) => o.gather(x, indices(x.graph, [4], [2, 0, 2, 3]), 0)],
    ["an inner axis", [[2, 3, 2]], (x) => o.gather(x, indices(x.graph, [2], [2, 1]), 1)],
  ],
  GatherElements: [
    ["repeated positions", [[2, 3]], (x) => o.gatherElements(x, indices(x.graph, [2, 4], [0, 2, 2, 1, 1, 1, 1, 0]), 1)], // biome-ignore format: a table
  ],
  ScatterElements: [
    ["added twice in one place", [[2, 3], [2, 2]], (x, u) => o.scatterAdd(x, indices(x.graph, [2, 2], [0, 0, 2, 1]), u, 1)], // biome-ignore format: a table
  ],
  TopK: [
    ["values", [[3, 5]], (x) => o.smallest(x, 3, 1)[0]],
    ["values of the first axis", [[5, 2]], (x) => o.smallest(x, 2, 0)[0]],
  ],
  ReduceSum: reduction(o.reduceSum),
  ReduceMean: reduction(o.reduceMean),
  ReduceMax: reduction(o.reduceMax),
  ReduceMin: reduction(o.reduceMin),
  Softmax: [-1, 1, 0].map((axis) => [`axis ${axis}`, [[2, 3, 4]], (x) => o.softmax(x, axis)]),
  LayerNormalization: (
    [
      [3, 5],
      [2, 2, 4],
    ] as const
  ).map((x) => [`[${x}]`, [x, [x.at(-1) as number], [x.at(-1) as number]], (v, s, b) => o.layerNorm(v, s, b, 1e-6)]),
  Shape: (x) => asFloat(emit(x.graph, "Shape", [x], {})),
  Range: (x) => {
    const [start, limit, step] = [0, 4, 1].map((n) => o.mul(o.reshape(o.slice(x, 0, 0, 1), []), n));
    const type = { dtype: "float32", dims: [4] } as const;
    return emit(x.graph, "Range", [start, limit, step] as Value[], {}, type);
  },
  Identity: [["as it is", [[3]], (x) => emit(x.graph, "Identity", [x], {})]],
};

/** Half the distance between the two points of a difference quotient. */
const STEP = 5e-3;
/**
 * Of the largest gradient of the input, at least 1. Outputs are of order 1 to 10 and carry float32 rounding of up to
 * 1e-6, which the quotient divides by 1e-2; the curvature of 1/x at 0.5, the sharpest, adds 8e-5.
 */
const TOLERANCE = 3e-4;

/**
 * Data in (-2, 2) for all inputs of a case together: no two elements, and none and zero, are nearer than 1 / count, so
 * that no difference quotient of the operators with a kink (all with few elements) steps over one.
 */
function spreadData(shapes: readonly Shape[], domain: (x: number) => number = (x) => x): Tensor<"float32">[] {
  const total = shapes.reduce((sum, dims) => sum + elementCount(dims), 0);
  const order = shuffledIndices(total, createRandom(total, shapes.length));
  let at = 0;
  return shapes.map((dims) =>
    float32(
      dims,
      Array.from({ length: elementCount(dims) }, () => domain((4 * ((order[at++] as number) + 0.25)) / total - 2)),
    ),
  );
}

async function checkGradients(op: OpName, [, shapes, build, domain]: Case): Promise<void> {
  const graph = createGraph(op);
  const xs = shapes.map((dims, i) => input(graph, `x${i}`, dims));
  const y = build(...(xs as [Value, Value, Value]));
  expect(graph.nodes.map((node) => node.op)).toContain(op);
  const forward = await prepare([y]);

  const data = spreadData(shapes, domain);
  const weightDims = staticDims(y.dims, "A test");
  const random = createRandom(elementCount(weightDims));
  const weights = float32(
    weightDims,
    Array.from({ length: elementCount(weightDims) }, () => random.uniform(-1, 1)),
  );
  const weighted = o.mul(y, constant(graph, weights));
  const loss = o.reduceSum(o.reshape(weighted, [elementCount(weightDims)]), [0]);
  const gradients = differentiate(loss, xs);
  const backward = await prepare([y, ...gradients]);
  const [outcome, ...found] = await backward.run(feedsOf(graph, data));
  expect(outcome?.dims).toEqual(weightDims);

  const forwardRun = async (inputs: readonly Tensor[]) =>
    (await forward.run(feedsOf(graph, inputs)))[0]?.data as Float32Array;
  const expected = await finiteDifferences(forwardRun, data, weights.data, STEP);
  for (const [i, x] of data.entries()) {
    expect(gradients[i]?.dims).toEqual(x.dims);
    expect(found[i]?.dims).toEqual(x.dims);
    const error = gradientError(found[i]?.data as Float32Array, expected[i] as number[]);
    expect(error, `input ${i}`).toBeLessThan(TOLERANCE); // NaN is not less either
  }
  await Promise.all([forward.dispose(), backward.dispose()]);
}

describe("gradient rules", () => {
  for (const [op, entry] of Object.entries(cases) as [OpName, Flat | readonly Case[]][]) {
    if (typeof entry === "function") {
      it(`${op} lets no gradient through`, () => {
        const graph = createGraph(op);
        const x = input(graph, "x", [3]);
        const y = entry(x);
        expect(graph.nodes.map((node) => node.op)).toContain(op);
        expect(() => differentiate(o.reduceSum(y, [0]), [x])).toThrow(/does not depend on "x"/);
      });
    } else {
      it.each(entry)(`${op}: %s`, (...parts) => checkGradients(op, parts as unknown as Case));
    }
  }

  it("casts to and from integers let no gradient through", () => {
    const graph = createGraph("Cast");
    const x = input(graph, "x", [3]);
    expect(() => differentiate(o.reduceSum(asFloat(o.cast(x, "int64")), [0]), [x])).toThrow(/does not depend/);
  });

  it.each<[string, (x: Value) => Value, RegExp]>([
    ["nearest Resize", (x) => emit(x.graph, "Resize", [x], { mode: "nearest", coordinate_transformation_mode: "half_pixel" }, x), /Only linear Resize/], // biome-ignore format: a table
    ["a matrix of indices", (x) => o.gather(x, indices(x.graph, [1, 1], [0]), 0), /vectors of indices only/],
    ["replaced elements", (x) => emit(x.graph, "ScatterElements", [x, indices(x.graph, [1, 1, 1, 1], [0]), x], { axis: 0, reduction: "none" }), /added updates only/], // biome-ignore format: a table
  ])("%s: the missing gradient is said", (_, build, message) => {
    const graph = createGraph("missing");
    const x = input(graph, "x", [1, 1, 1, 1]);
    const y = o.reduceSum(build(x), [0]);
    expect(() => differentiate(o.reshape(y, []), [x])).toThrow(message);
  });
});
