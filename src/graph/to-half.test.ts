import { expect, test } from "vitest";
import { createSession } from "../runtime/session.ts";
import { symbol } from "./dim.ts";
import { createGraph, input, output, scope, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import { float32 } from "./tensor.ts";
import { toHalf } from "./to-half.ts";

test("computes in halves between float32 borders, and in float32 where told", async () => {
  const graph = createGraph("thirds");
  const x = input(graph, "x", [symbol("n")]);
  const rounded = scope(graph, "half", () => o.div(o.add(x, o.arange(graph, symbol("n"))), 3));
  const exact = scope(graph, "exact", () => o.div(x, 3));
  output("rounded", rounded);
  output("exact", exact);
  const half = toHalf(graph, { keepFloat32: (name) => name.startsWith("exact/") || name.includes("Range") });
  const typeOf = (op: string) => half.nodes.filter((node) => node.op === op).map((node) => node.outputs[0]?.dtype);
  expect([typeOf("Range"), typeOf("Add"), typeOf("Div")]).toEqual([["float32"], ["float16"], ["float16", "float32"]]);
  const values = [...half.outputs.values()] as Value[];
  expect(values.map(({ dtype }) => dtype)).toEqual(["float32", "float32"]);
  const session = await createSession(half, new Map(), { threads: 1 });
  const { rounded: first, exact: second } = await session.run({ x: float32([2], [1, 1]) });
  // The cpu has few operators for halves: ONNX Runtime computes in float32 there and may round nowhere in between.
  for (const [i, value] of [1 / 3, 2 / 3].entries()) expect(first?.data[i]).toBeCloseTo(value, 3);
  expect(second?.data).toEqual(Float32Array.of(1 / 3, 1 / 3));
  await session.dispose();
});
