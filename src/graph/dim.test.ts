import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Dim,
  type DimAlgebra,
  dimAdd,
  dimEquals,
  dimFloorDiv,
  dimMul,
  dimSub,
  dimText,
  evaluateDim,
  foldDim,
  scaledSymbol,
  staticDims,
  symbol,
} from "./dim.ts";

const [r, c] = [symbol("r"), symbol("c")];

type Sizes = Record<string, number>;

/** A random expression beside its plain arithmetic. */
const expressions = fc.letrec<{ any: readonly [Dim, (sizes: Sizes) => number] }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -20, max: 20 }).map((n) => [n, () => n] as const),
    fc.constantFrom("r", "c").map((name) => [symbol(name), (s: Sizes) => s[name] as number] as const),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => [dimAdd(a[0], b[0]), (s: Sizes) => a[1](s) + b[1](s)] as const),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => [dimSub(a[0], b[0]), (s: Sizes) => a[1](s) - b[1](s)] as const),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => [dimMul(a[0], b[0]), (s: Sizes) => a[1](s) * b[1](s)] as const),
    fc
      .tuple(tie("any"), fc.integer({ min: 1, max: 14 }))
      .map(([a, by]) => [dimFloorDiv(a[0], by), (s: Sizes) => Math.floor(a[1](s) / by)] as const),
  ),
})).any;
const sizes = fc.record({ r: fc.nat(60), c: fc.nat(60) });

describe("dims", () => {
  it("are written in one normal form", () => {
    expect(dimText(dimAdd(3, dimMul(2, c), r, dimMul(c, r), -5))).toBe("2*c + c*r + r - 2");
    expect(dimText(dimSub(r, dimMul(2, c)))).toBe("-2*c + r");
    expect(dimAdd(r, 4, dimMul(-1, r))).toBe(4);
    expect(dimMul(r, 0)).toBe(0);
    expect(dimEquals(dimMul(dimAdd(r, 1), dimAdd(r, -1)), dimSub(dimMul(r, r), 1))).toBe(true);
    expect(dimEquals(r, c)).toBe(false);
  });

  it("lose whole multiples from a floor", () => {
    expect(dimText(dimFloorDiv(dimMul(14, r), 14))).toBe("r");
    expect(dimText(dimFloorDiv(dimAdd(dimMul(14, r), 3), 14))).toBe("r");
    expect(dimText(dimAdd(dimFloorDiv(dimSub(r, 1), 2), 1))).toBe("floor((r + 1)/2)");
    expect(dimText(dimFloorDiv(dimAdd(dimMul(7, r), dimMul(-1, c)), 2))).toBe("-c + floor((c + r)/2) + 3*r");
    expect(dimFloorDiv(-7, 2)).toBe(-4);
  });

  it("calculate as numbers do", () => {
    fc.assert(
      fc.property(expressions, sizes, ([dim, value], at) => {
        expect(evaluateDim(dim, at) + 0).toBe(value(at) + 0); // + 0 makes -0 a 0
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("never take the floor of a negative number, which ONNX would round up", () => {
    fc.assert(
      fc.property(expressions, sizes, ([dim, value], at) => {
        const truncating: DimAlgebra<number> = {
          constant: Number,
          symbol: (name) => at[name as "r" | "c"],
          add: (a, b) => a + b,
          mul: (a, b) => a * b,
          floorDiv: (a, by) => Math.trunc(a / by),
        };
        expect(foldDim(dim, truncating) + 0).toBe(value(at) + 0);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  it("tell the symbol an input's side introduces", () => {
    expect(scaledSymbol(dimMul(14, r))).toEqual({ name: "r", factor: 14 });
    for (const dim of [14, dimAdd(r, 1), dimMul(r, c), dimFloorDiv(r, 2)]) expect(scaledSymbol(dim)).toBeUndefined();
  });

  it("name what is missing", () => {
    expect(() => evaluateDim(dimAdd(r, c), { r: 1 })).toThrow('Size "c" of dim c + r is not given.');
    expect(() => staticDims([2, dimAdd(r, 1)], "A median")).toThrow(
      "A median needs a static shape, but one dim is r + 1.",
    );
  });
});
