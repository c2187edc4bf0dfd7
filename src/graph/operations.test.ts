import { describe, expect, it } from "vitest";
import { feedsOf, prepare, runOnce } from "../../test/support/run-graph.ts";
import { createRandom } from "../util/random.ts";
import { type Dim, dimAdd, dimFloorDiv, dimMul, dimsText, evaluateDim, symbol } from "./dim.ts";
import { constant, createGraph, emit, input, parameter, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import { elementCount, float32, type Tensor } from "./tensor.ts";

const [batch, rows, columns] = [symbol("batch"), symbol("rows"), symbol("columns")];
/** Sizes the same session meets one after the other. */
const SIZES = [
  { batch: 1, rows: 2, columns: 3 },
  { batch: 3, rows: 5, columns: 4 },
  { batch: 2, rows: 4, columns: 7 },
];

function randomTensor(dims: readonly number[], seed = 1): Tensor<"float32"> {
  const random = createRandom(seed, ...dims);
  return float32(
    dims,
    Array.from({ length: elementCount(dims) }, () => random.normal()),
  );
}
const weight = (x: Value, ...dims: number[]) => constant(x.graph, randomTensor(dims));
const counts = (x: Value, ...values: number[]) =>
  constant(x.graph, { dtype: "int64", dims: [values.length], data: BigInt64Array.from(values.map(BigInt)) });

/** Values made of x [batch, 4, 2*rows, columns], with the shapes that are to follow. */
const dynamic: readonly (readonly [name: string, build: (x: Value) => Value, shape: string])[] = [
  ["elementwise, broadcast", (x) => o.mul(o.add(weight(x, 4, 1, 1), x), 2), "[batch, 4, 2*rows, columns]"],
  ["where", (x) => o.where(o.greater(x, 0), 0, x), "[batch, 4, 2*rows, columns]"],
  ["conv", (x) => o.conv2d(x, weight(x, 5, 4, 3, 3), weight(x, 5)), "[batch, 5, 2*rows - 2, columns - 2]"],
  ["conv, stride 2", (x) => o.conv2d(x, weight(x, 5, 4, 3, 3), undefined, { stride: 2, pad: 1 }), "[batch, 5, rows, floor((columns + 1)/2)]"], // biome-ignore format: a table
  ["conv, asymmetric, dilated", (x) => o.conv2d(x, weight(x, 4, 1, 3, 3), undefined, { groups: 4, dilation: 2, pad: [1, 2, 3, 4] }), "[batch, 4, 2*rows, columns + 2]"], // biome-ignore format: a table
  ["conv, stride = kernel", (x) => o.conv2d(x, weight(x, 3, 4, 2, 2), undefined, { stride: 2 }), "[batch, 3, rows, floor((columns)/2)]"], // biome-ignore format: a table
  ["transposed conv", (x) => o.convTranspose2d(x, weight(x, 4, 2, 4, 4), weight(x, 2), { stride: 4 }), "[batch, 2, 8*rows, 4*columns]"], // biome-ignore format: a table
  ["transposed conv with everything", (x) => o.convTranspose2d(x, weight(x, 4, 3, 3, 3), weight(x, 6), { stride: 2, groups: 2, pad: [1, 0, 0, 2], dilation: 2, outputPadding: [1, 0] }), "[batch, 6, 4*rows + 3, 2*columns + 1]"], // biome-ignore format: a table
  ["resize", (x) => o.resizeBilinear(x, dimMul(3, rows), dimAdd(columns, 5), "align_corners"), "[batch, 4, 3*rows, columns + 5]"], // biome-ignore format: a table
  ["resize, halves", (x) => o.resizeBilinear(x, rows, dimFloorDiv(dimAdd(columns, 1), 2), "half_pixel"), "[batch, 4, rows, floor((columns + 1)/2)]"], // biome-ignore format: a table
  ["reshape to tokens", (x) => o.transpose(o.reshape(x, [batch, 4, dimMul(2, rows, columns)]), [0, 2, 1]), "[batch, 2*columns*rows, 4]"], // biome-ignore format: a table
  ["reshape with three unknown sides", (x) => o.reshape(x, [dimMul(2, batch), 2, rows, dimMul(2, columns)]), "[2*batch, 2, rows, 2*columns]"], // biome-ignore format: a table
  ["reshape of blocks", (x) => o.reshape(x, [batch, 4, rows, 2, columns]), "[batch, 4, rows, 2, columns]"],
  ["expand", (x) => o.expand(o.reduceMean(x, [2, 3]), [batch, 4, rows, 2]), "[batch, 4, rows, 2]"],
  ["concat", (x) => o.concat([x, o.slice(x, 2, 1), x], 2), "[batch, 4, 6*rows - 1, columns]"],
  ["slice from an offset", (x) => o.slice(x, 3, 1), "[batch, 4, 2*rows, columns - 1]"],
  ["slice with an end", (x) => o.slice(x, 3, 1, 3), "[batch, 4, 2*rows, 2]"],
  ["slice in steps", (x) => o.slice(x, 1, 1, 4, 2), "[batch, 2, 2*rows, columns]"],
  ["pad", (x) => o.pad(x, [0, 1, 0, 2], [1, 0, 0, 3]), "[batch + 1, 5, 2*rows, columns + 5]"],
  ["reduce, kept", (x) => o.reduceSum(x, [1, 3]), "[batch, 1, 2*rows, 1]"],
  ["reduce, gone", (x) => o.reduceMax(x, [0, -2], { keepDims: false }), "[4, columns]"],
  ["matmul", (x) => o.matmul(o.transpose(x, [0, 1, 3, 2]), x), "[batch, 4, columns, columns]"],
  ["matmul, broadcast", (x) => o.matmul(weight(x, 3, 4), o.reshape(x, [batch, 4, dimMul(2, rows, columns)])), "[batch, 3, 2*columns*rows]"], // biome-ignore format: a table
  ["layer norm and softmax", (x) => o.softmax(o.layerNorm(o.transpose(x, [0, 2, 3, 1]), weight(x, 4), weight(x, 4), 1e-6), 1), "[batch, 2*rows, columns, 4]"], // biome-ignore format: a table
  ["gather", (x) => o.gather(x, counts(x, 2, 0, 2), 1), "[batch, 3, 2*rows, columns]"],
  ["smallest", (x) => o.smallest(x, 2, 1)[1], "[batch, 2, 2*rows, columns]"],
  ["shape", (x) => emit(x.graph, "Shape", [x], {}), "[4]"],
  ["arange", (x) => o.arange(x.graph, dimMul(2, rows)), "[2*rows]"],
];

describe("shape inference", () => {
  it.each(dynamic)("%s: as ONNX Runtime has it at every size", async (_, build, shape) => {
    const graph = createGraph("shapes");
    const dims: readonly Dim[] = [batch, 4, dimMul(2, rows), columns];
    const value = build(input(graph, "x", dims));
    expect(dimsText(value.dims)).toBe(shape);
    const session = await prepare([value]);
    for (const sizes of SIZES) {
      const feeds = feedsOf(graph, [randomTensor(dims.map((dim) => evaluateDim(dim, sizes)))]);
      const [result] = await session.run(feeds);
      expect(result?.dims).toEqual(value.dims.map((dim) => evaluateDim(dim, sizes)));
      expect(result?.dtype).toBe(value.dtype);
    }
    await session.dispose();
  });
});

describe("operations", () => {
  const run = async (build: (x: Value) => Value, data: readonly number[]): Promise<number[]> => {
    const graph = createGraph("values");
    const y = build(input(graph, "x", [data.length]));
    const [result] = await runOnce([y], { x: float32([data.length], data) });
    return Array.from(result?.data as Float32Array, Number);
  };

  it.each<[string, (x: Value) => Value, number[]]>([
    ["slice in steps", (x) => o.slice(x, 0, 1, 5, 2), [1, -5]],
    ["reverse", (x) => o.reverse(x, 0), [4, -5, 2, 1, -3]],
    ["clip", (x) => o.clip(x, -1, 2), [-1, 1, 2, -1, 2]],
    ["smallest", (x) => o.smallest(x, 2, 0)[0], [-5, -3]],
    ["positions of the smallest", (x) => o.smallest(x, 2, 0)[1], [3, 0]],
    ["scatterAdd", (x) => o.scatterAdd(x, counts(x, 1, 1), o.slice(x, 0, 3), 0), [-3, 0, 2, -5, 4]],
    ["logic", (x) => o.cast(o.logicalOr(o.logicalNot(o.greaterOrEqual(x, 1)), o.equal(x, 4)), "float32"), [1, 0, 0, 1, 1]], // biome-ignore format: a table
    ["gelu", (x) => o.gelu(x), [-0.00404951, 0.841344746, 1.95449974, -0.00000143, 3.99987331]],
    ["sizeAsFloat", (x) => o.sizeAsFloat(x.graph, dimMul(3, x.dims[0] as Dim)), [15]],
  ])("%s", async (_, build, expected) => {
    const found = await run(build, [-3, 1, 2, -5, 4]);
    expect(found.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
  });

  it("leave out nodes that would do nothing", () => {
    const graph = createGraph("nothing");
    const x = input(graph, "x", [batch, 1, rows, columns]);
    expect(o.slice(x, 2, 0)).toBe(x);
    expect(o.resizeBilinear(x, rows, columns, "half_pixel")).toBe(x);
    expect(graph.nodes).toEqual([]);
  });

  it.each<[string, (x: Value) => unknown, string]>([
    ["shapes that do not broadcast", (x) => o.add(x, weight(x, 3)), "broadcast got shapes [batch, 4, 2*rows, columns] and [3]; expected equal dims or 1, but columns met 3."], // biome-ignore format: a table
    ["matrices that do not fit", (x) => o.matmul(x, weight(x, 3, 2)), "MatMul got shapes [batch, 4, 2*rows, columns] and [3, 2]"], // biome-ignore format: a table
    ["a vector in a matrix product", (x) => o.matmul(weight(x, 3), x), "MatMul got shapes [3] and"],
    ["wrong input channels", (x) => o.conv2d(x, weight(x, 8, 3, 1, 1), undefined), "Conv got shapes [batch, 4, 2*rows, columns] and [8, 3, 1, 1]; expected input channels = kernel's second dim x 1 groups."], // biome-ignore format: a table
    ["wrong channels, transposed", (x) => o.convTranspose2d(x, weight(x, 8, 4, 1, 1), undefined), "ConvTranspose got shapes"], // biome-ignore format: a table
    ["a concat of unlike shapes", (x) => o.concat([x, o.slice(x, 2, 1)], 3), "expected shapes that agree outside axis 3"], // biome-ignore format: a table
    ["a reshape of another size", (x) => o.reshape(weight(x, 2, 3), [4, 2]), "Reshape cannot make [4, 2] (8 elements) of [2, 3] (6)."], // biome-ignore format: a table
    ["steps over an unknown size", (x) => o.slice(x, 3, 0, undefined, 2), "A slice in steps of 2 needs an end, since the axis has size columns."], // biome-ignore format: a table
    ["axes that are no constant", (x) => emit(x.graph, "ReduceSum", [x, x], { keepdims: 1 }), 'Value "x" must be a constant of integers.'], // biome-ignore format: a table
    ["an untold shape", (x) => emit(x.graph, "Reshape", [x, x], {}), "This operator's output shape must be given when it is emitted."], // biome-ignore format: a table
    ["a parameter of two shapes", (x) => [parameter(x.graph, "w", [2]), parameter(x.graph, "w", [3])], 'Parameter "w" is used with shapes [2] and [3].'], // biome-ignore format: a table
    ["a size nothing tells", (x) => o.arange(x.graph, symbol("depth")), 'No input of graph "errors" tells the size of "depth".'], // biome-ignore format: a table
  ])("%s: a readable error", (_, build, message) => {
    const graph = createGraph("errors");
    const x = input(graph, "x", [batch, 4, dimMul(2, rows), columns]);
    expect(() => build(x)).toThrow(message);
    expect(() => build(x)).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });
});
