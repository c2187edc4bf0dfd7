import { describe, expect, it } from "vitest";
import { feedsOf, prepare, runOnce } from "../../test/support/run-graph.ts";
import { dimAdd, dimFloorDiv, dimMul, dimSub, evaluateDim, symbol } from "./dim.ts";
import { createGraph, input, integers, parameter, scalar, scope, sizeOf } from "./graph.ts";
import * as o from "./operations.ts";
import { float32 } from "./tensor.ts";

describe("graph", () => {
  it("gives one value for one parameter name, so that weights are shared", async () => {
    const graph = createGraph("shared");
    const x = input(graph, "x", [2]);
    const w = parameter(graph, "w", [2]);
    expect(parameter(graph, "w", [2])).toBe(w);
    expect([...graph.parameters.keys()]).toEqual(["w"]);
    const y = o.mul(o.mul(x, w), parameter(graph, "w", [2]));
    const feeds = feedsOf(graph, [float32([2], [1, 2])]);
    const [asConstant] = await runOnce([y], feeds, new Map([["w", float32([2], [3, 5])]]));
    const [asInput] = await runOnce([y], { ...feeds, w: float32([2], [3, 5]) });
    expect(asConstant?.data).toEqual(Float32Array.of(9, 50));
    expect(asInput?.data).toEqual(Float32Array.of(9, 50));
  });

  it("shares equal constants and sizes", () => {
    const graph = createGraph("constants");
    const x = input(graph, "x", [symbol("n")]);
    expect(scalar(graph, 2)).toBe(scalar(graph, 2));
    expect(integers(graph, [1, 2])).toBe(integers(graph, [1, 2]));
    expect(sizeOf(graph, dimMul(2, symbol("n")))).toBe(sizeOf(graph, dimAdd(symbol("n"), symbol("n"))));
    o.add(o.add(x, 1), 1);
    expect(graph.constants.size).toBe(5); // 2, [1, 2], 1 and for the size [0] and [2]
  });

  it("names values by their scopes", () => {
    const graph = createGraph("scopes");
    const x = input(graph, "x", [1]);
    const y = scope(graph, "outer", () => scope(graph, "inner", () => o.neg(x)));
    expect(y.name).toBe("outer/inner/Neg.0");
    expect(() =>
      scope(graph, "broken", () => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(o.neg(x).name).toBe("Neg.1");
  });

  it("computes sizes at run time as they are written", async () => {
    const graph = createGraph("sizes");
    const [a, b] = [symbol("a"), symbol("b")];
    const x = input(graph, "x", [dimMul(7, a), b]);
    expect(x.dims.length).toBe(2);
    const dims = [
      dimMul(3, a, b),
      dimAdd(dimFloorDiv(dimSub(b, 3), 2), 1),
      dimFloorDiv(dimSub(dimMul(3, a), b), 4),
      dimFloorDiv(dimAdd(dimFloorDiv(b, 2), dimMul(5, a), 1), 3),
      4,
    ];
    const session = await prepare(dims.map((dim) => sizeOf(graph, dim)));
    for (const sizes of [
      { a: 1, b: 1 },
      { a: 1, b: 9 },
      { a: 2, b: 4 },
      { a: 3, b: 2 },
    ]) {
      const results = await session.run(feedsOf(graph, [float32([7 * sizes.a, sizes.b])]));
      expect(results.map(({ data }) => Number(data[0]))).toEqual(dims.map((dim) => evaluateDim(dim, sizes)));
    }
    await session.dispose();
  });
});
