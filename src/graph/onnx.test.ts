import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { describe, expect, it } from "vitest";
import { expectSafeReader } from "../../test/support/hostile-bytes.ts";
import { openSession } from "../runtime/session.ts";
import { createRandom } from "../util/random.ts";
import { dimMul, symbol } from "./dim.ts";
import { createGraph, type Graph, input, output, parameter } from "./graph.ts";
import { decodeOnnx, type parseOnnx } from "./onnx-decode.ts";
import { encodeOnnx, externalNames } from "./onnx-encode.ts";
import * as o from "./operations.ts";
import { printGraph } from "./print.ts";
import { elementCount, float32, type Tensor } from "./tensor.ts";

/** A graph with every kind of attribute, an operator with two outputs, and an output that is an input of another. */
function example(): { graph: Graph; weights: Map<string, Tensor> } {
  const graph = createGraph("example");
  const x = input(graph, "x", [symbol("batch"), 2, dimMul(2, symbol("rows")), symbol("columns")]);
  const features = o.conv2d(x, parameter(graph, "conv.weight", [4, 2, 3, 3]), parameter(graph, "conv.bias", [4]), {
    stride: 2,
    pad: [0, 0, 1, 1],
  });
  const large = o.resizeBilinear(features, 9, 8, "align_corners");
  const normal = o.layerNorm(large, parameter(graph, "norm.scale", [8]), parameter(graph, "norm.bias", [8]), 1e-5);
  const [values, indices] = o.smallest(normal, 3, 3);
  output("features", features);
  output("smallest", o.where(o.greater(o.cast(indices, "float32"), 3), values, 0));
  const random = createRandom(3);
  const weights = new Map(
    [...graph.parameters].map(([name, { dims }]) => [
      name,
      float32(
        dims as number[],
        Array.from({ length: elementCount(dims as number[]) }, () => random.normal()),
      ),
    ]),
  );
  return { graph, weights };
}

async function runExample(bytes: Uint8Array): Promise<Record<string, Tensor>> {
  const random = createRandom(4);
  const x = float32(
    [2, 2, 6, 5],
    Array.from({ length: 120 }, () => random.normal()),
  );
  const session = await openSession(bytes, "example", { threads: 1 });
  const results = await session.run({ x });
  await session.dispose();
  return results;
}

describe("ONNX files", () => {
  const { graph, weights } = example();
  const metadata = { kind: "disparity", mean: "[0.5]" };
  const bytes = encodeOnnx(graph, { weights, metadata });

  it("are read back as the graph that was written", () => {
    // Node's Buffers share their memory and slice without copying: data must come out of them all the same.
    const decoded = decodeOnnx(Buffer.from(bytes), "example.onnx");
    expect(printGraph(decoded.graph)).toBe(printGraph(graph));
    expect(decoded.weights).toEqual(weights);
    expect(decoded.metadata).toEqual(metadata);
    expect(printGraph(decodeOnnx(encodeOnnx(graph), "example.onnx").graph)).toContain("%conv.weight: float32[4, 2, 3");
  });

  it("give the same numbers after being read and written again", async () => {
    const decoded = decodeOnnx(bytes, "example.onnx");
    const [first, second] = [await runExample(bytes), await runExample(encodeOnnx(decoded.graph, decoded))];
    expect(Object.keys(first)).toEqual(["features", "smallest"]);
    expect(first.smallest?.dims).toEqual([2, 4, 9, 3]);
    expect(second).toEqual(first);
  });

  it("leave large tensors outside on request", () => {
    expect(externalNames(graph, weights, 64)).toEqual(["conv.weight"]);
    const outside = encodeOnnx(graph, { weights, externalFrom: 64 });
    expect(outside.length).toBeLessThan(bytes.length);
    expect(() => decodeOnnx(outside, "example.onnx")).toThrow(/"conv.weight" keeps its data in another file/);
  });

  type Message = ReturnType<typeof parseOnnx>;
  const edited = (edit: (message: Message) => void): Uint8Array => {
    const message = fromBinary(ModelProtoSchema, bytes);
    edit(message);
    return toBinary(ModelProtoSchema, message);
  };
  const nodeOf = (message: Message, op: string) => message.graph?.node.find((node) => node.opType === op);

  it.each<[string, Uint8Array, string, RegExp]>([
    ["bytes of something else", new TextEncoder().encode("<!DOCTYPE html>"), "bad-file", /not a readable ONNX file/],
    ["a file cut off", bytes.slice(0, -20), "bad-file", /not a readable ONNX file/],
    ["no graph", toBinary(ModelProtoSchema, create(ModelProtoSchema, {})), "bad-file", /holds no graph/],
    ["an unknown operator", edited((m) => Object.assign(nodeOf(m, "Conv") ?? {}, { opType: "Einsum" })), "unsupported", /operator Einsum is not one of those/], // biome-ignore format: a table
    ["an operator named like a JavaScript property", edited((m) => Object.assign(nodeOf(m, "Conv") ?? {}, { opType: "constructor" })), "unsupported", /operator constructor/], // biome-ignore format: a table
    ["a cast to text", edited((m) => Object.assign(nodeOf(m, "Cast")?.attribute[0] ?? {}, { i: 8n })), "unsupported", /a Cast is of ONNX element type 8/], // biome-ignore format: a table
    ["nodes out of order", edited((m) => m.graph?.node.reverse()), "bad-file", /value ".*" is used before/],
    ["missing shapes", edited((m) => m.graph?.valueInfo.splice(0)), "bad-file", /the shape of "Conv\..*" is not in the file/], // biome-ignore format: a table
    ["an input that is no tensor", edited((m) => Object.assign(m.graph?.input[0] ?? {}, { type: undefined })), "unsupported", /"x" is of ONNX element type 0/], // biome-ignore format: a table
  ])("refuse %s", (_, broken, code, message) => {
    expect(() => decodeOnnx(broken, "broken.onnx")).toThrow(expect.objectContaining({ code }));
    expect(() => decodeOnnx(broken, "broken.onnx")).toThrow(message);
    expect(() => decodeOnnx(broken, "broken.onnx")).toThrow(/^broken\.onnx/);
  });

  it("meet damage with nothing but a DepthError", () => {
    expectSafeReader((damaged) => printGraph(decodeOnnx(damaged, "hostile.bin").graph), bytes, 1000);
  });
});
