import { expect, it } from "vitest";
import { dimMul, symbol } from "./dim.ts";
import { constant, createGraph, input, output, parameter, scope } from "./graph.ts";
import * as o from "./operations.ts";
import { printGraph } from "./print.ts";
import { float32 } from "./tensor.ts";

it("prints a graph a line a node", () => {
  const graph = createGraph("small");
  const x = input(graph, "x", [symbol("batch"), 3, dimMul(2, symbol("rows"))]);
  const hidden = scope(graph, "head", () => o.matmul(parameter(graph, "head.weight", [4, 3]), x));
  const table = constant(graph, float32([4, 9]));
  output("y", o.clip(o.reduceSum(o.matmul(o.transpose(table, [1, 0]), hidden), [1]), 0, 6));
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "graph small(%x: float32[batch, 3, 2*rows])
      # 1 parameters, 5 nodes
      %head/MatMul.0: float32[batch, 4, 2*rows] = MatMul(head.weight, %x)
      %Transpose.2: float32[9, 4] = Transpose(const float32[4, 9], perm=[1,0])
      %MatMul.3: float32[batch, 9, 2*rows] = MatMul(%Transpose.2, %head/MatMul.0)
      %ReduceSum.4: float32[batch, 1, 2*rows] = ReduceSum(%MatMul.3, [1], keepdims=1)
      %Clip.5: float32[batch, 1, 2*rows] = Clip(%ReduceSum.4, 0, 6)
      return y = %Clip.5"
  `);
});
