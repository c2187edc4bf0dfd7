import { DepthError } from "../util/errors.ts";

/**
 * One side of a tensor's shape: a number, or an integer expression over named symbols such as
 * `4*rows` or `floor((rows + 1)/2)`. Expressions are kept in one normal form, so that two ways to the same size
 * give the same text, by which dims are compared.
 */
export type Dim = number | SymbolicDim;

/** A polynomial with integer coefficients over symbols and floored quotients. */
export interface SymbolicDim {
  readonly text: string;
  readonly terms: readonly Term[];
}

interface Term {
  readonly coefficient: number;
  readonly factors: readonly Factor[];
}

/** A named unknown, or `floor(floorOf / by)`. */
export type Factor = { readonly text: string } & (
  | { readonly symbol: string }
  | { readonly floorOf: SymbolicDim; readonly by: number }
);

/** A named unknown size. */
export function symbol(name: string): SymbolicDim {
  return canonical([{ coefficient: 1, factors: [{ symbol: name, text: name }] }]) as SymbolicDim;
}

/** The canonical text of a dim. */
export function dimText(dim: Dim): string {
  return typeof dim === "number" ? String(dim) : dim.text;
}

/** True when both are the same expression. */
export function dimEquals(a: Dim, b: Dim): boolean {
  return dimText(a) === dimText(b);
}

/** The sum, in canonical form. */
export function dimAdd(...dims: readonly Dim[]): Dim {
  return canonical(dims.flatMap(termsOf));
}

/** The product, in canonical form. */
export function dimMul(...dims: readonly Dim[]): Dim {
  return dims.reduce((product, dim) => {
    const terms = termsOf(dim);
    return canonical(
      termsOf(product).flatMap((a) =>
        terms.map((b) => ({ coefficient: a.coefficient * b.coefficient, factors: [...a.factors, ...b.factors] })),
      ),
    );
  }, 1);
}

/** a - b, in canonical form. */
export function dimSub(a: Dim, b: Dim): Dim {
  return dimAdd(a, dimMul(b, -1));
}

/**
 * `floor(dim / by)` for a positive `by`. Whole multiples come out of the floor, so `floor(14*r/14)` is `r`, and what
 * stays has coefficients from 0 to by - 1: it is never negative, so that ONNX's truncating Div floors it.
 */
export function dimFloorDiv(dim: Dim, by: number): Dim {
  const whole = termsOf(dim).map((t) => ({ ...t, coefficient: Math.floor(t.coefficient / by) }));
  const rest = canonical(
    termsOf(dim).map((t, i) => ({ ...t, coefficient: t.coefficient - by * (whole[i] as Term).coefficient })),
  );
  if (typeof rest === "number") return canonical(whole);
  const floor: Factor = { floorOf: rest, by, text: `floor((${rest.text})/${by})` };
  return canonical([...whole, { coefficient: 1, factors: [floor] }]);
}

/** The size of a dim whose symbols are all given. */
export function evaluateDim(dim: Dim, sizes: Readonly<Record<string, number>>): number {
  return foldDim<number>(dim, {
    constant: (value) => value,
    symbol: (name) => {
      const size = sizes[name];
      if (size === undefined)
        throw new DepthError("bad-argument", `Size "${name}" of dim ${dimText(dim)} is not given.`);
      return size;
    },
    add: (a, b) => a + b,
    mul: (a, b) => a * b,
    floorDiv: (a, by) => Math.floor(a / by),
  });
}

/** What each part of an expression becomes; see `foldDim`. */
export interface DimAlgebra<T> {
  constant(value: number): T;
  symbol(name: string): T;
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
  floorDiv(a: T, by: number): T;
}

/** Rebuilds an expression in another algebra: numbers to evaluate it, graph nodes to compute it. */
export function foldDim<T>(dim: Dim, algebra: DimAlgebra<T>): T {
  if (typeof dim === "number") return algebra.constant(dim);
  return dim.terms
    .map((term) => {
      const parts = term.factors.map((f) =>
        "symbol" in f ? algebra.symbol(f.symbol) : algebra.floorDiv(foldDim(f.floorOf, algebra), f.by),
      );
      if (term.coefficient !== 1 || parts.length === 0) parts.push(algebra.constant(term.coefficient));
      return parts.reduce(algebra.mul);
    })
    .reduce(algebra.add);
}

/** The symbol and factor of a dim of the form `factor*symbol`, or undefined. */
export function scaledSymbol(dim: Dim): { readonly name: string; readonly factor: number } | undefined {
  if (typeof dim === "number" || dim.terms.length !== 1) return undefined;
  const term = dim.terms[0];
  const factor = term?.factors[0];
  if (term?.factors.length !== 1 || !factor || !("symbol" in factor)) return undefined;
  return { name: factor.symbol, factor: term.coefficient };
}

/** A shape all of whose dims are numbers. @throws DepthError `bad-argument` naming `what`. */
export function staticDims(dims: readonly Dim[], what: string): number[] {
  return dims.map((dim) => {
    if (typeof dim !== "number")
      throw new DepthError("bad-argument", `${what} needs a static shape, but one dim is ${dim.text}.`);
    return dim;
  });
}

/** A shape as text, `[batch, 3, 14*rows]`. */
export function dimsText(dims: readonly Dim[]): string {
  return `[${dims.map(dimText).join(", ")}]`;
}

function termsOf(dim: Dim): readonly Term[] {
  return typeof dim === "number" ? [{ coefficient: dim, factors: [] }] : dim.terms;
}

/** Merges like terms, drops zeros, orders factors and terms: constants last. */
function canonical(terms: readonly Term[]): Dim {
  const merged = new Map<string, Term>();
  for (const term of terms) {
    const factors = [...term.factors].sort((a, b) => (a.text < b.text ? -1 : 1));
    const key = factors.map((f) => f.text).join("*");
    merged.set(key, { coefficient: term.coefficient + (merged.get(key)?.coefficient ?? 0), factors });
  }
  const kept = [...merged]
    .filter(([, t]) => t.coefficient !== 0)
    .sort(([a], [b]) => (b === "" || (a !== "" && a < b) ? -1 : 1));
  if (kept.length === 0) return 0;
  const [first] = kept;
  if (kept.length === 1 && first?.[0] === "") return first[1].coefficient;
  const text = kept
    .map(([key, { coefficient }], i) => {
      const magnitude = Math.abs(coefficient);
      const body = key === "" ? String(magnitude) : magnitude === 1 ? key : `${magnitude}*${key}`;
      return i === 0 ? (coefficient < 0 ? `-${body}` : body) : ` ${coefficient < 0 ? "-" : "+"} ${body}`;
    })
    .join("");
  return { text, terms: kept.map(([, t]) => t) };
}
