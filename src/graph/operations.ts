import { DepthError } from "../util/errors.ts";
import { type Dim, dimAdd, dimEquals, dimMul, dimSub, dimsText, dimText, staticDims } from "./dim.ts";
import { emit, emitAll, type Graph, integers, scalar, shapeVector, type Value } from "./graph.ts";
import type { DType } from "./tensor.ts";

/** A value, or a number that becomes a float32 scalar beside one. */
export type Operand = Value | number;

function lift(graph: Graph, operand: Operand): Value {
  return typeof operand === "number" ? scalar(graph, operand) : operand;
}

function binary(op: "Add" | "Sub" | "Mul" | "Div" | "Max" | "Min", a: Operand, b: Operand): Value {
  const graph = (typeof a === "number" ? (b as Value) : a).graph;
  return emit(graph, op, [lift(graph, a), lift(graph, b)], {});
}

function compare(op: "Equal" | "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual", a: Value, b: Operand): Value {
  return emit(a.graph, op, [a, lift(a.graph, b)], {});
}

/** a + b by element; like all operations of two values, with numpy broadcasting. */
export const add = (a: Operand, b: Operand): Value => binary("Add", a, b);
/** a - b by element. */
export const sub = (a: Operand, b: Operand): Value => binary("Sub", a, b);
/** a b by element. */
export const mul = (a: Operand, b: Operand): Value => binary("Mul", a, b);
/** a / b by element. */
export const div = (a: Operand, b: Operand): Value => binary("Div", a, b);
/** The larger by element. */
export const maximum = (a: Operand, b: Operand): Value => binary("Max", a, b);
/** The smaller by element. */
export const minimum = (a: Operand, b: Operand): Value => binary("Min", a, b);
/** -x. */
export const neg = (x: Value): Value => emit(x.graph, "Neg", [x], {});
/** |x|. */
export const abs = (x: Value): Value => emit(x.graph, "Abs", [x], {});
/** -1, 0 or 1; no gradient. */
export const sign = (x: Value): Value => emit(x.graph, "Sign", [x], {});
/** Square root. */
export const sqrt = (x: Value): Value => emit(x.graph, "Sqrt", [x], {});
/** e to the power of x. */
export const exp = (x: Value): Value => emit(x.graph, "Exp", [x], {});
/** Natural logarithm. */
export const log = (x: Value): Value => emit(x.graph, "Log", [x], {});
/** Gauss error function. */
export const erf = (x: Value): Value => emit(x.graph, "Erf", [x], {});
/** 1 / (1 + e^-x). */
export const sigmoid = (x: Value): Value => emit(x.graph, "Sigmoid", [x], {});
/** log(1 + e^x). */
export const softplus = (x: Value): Value => emit(x.graph, "Softplus", [x], {});
/** max(x, 0). */
export const relu = (x: Value): Value => emit(x.graph, "Relu", [x], {});
/** Rounds down; no gradient. */
export const floor = (x: Value): Value => emit(x.graph, "Floor", [x], {});
/** Cosine of radians. */
export const cos = (x: Value): Value => emit(x.graph, "Cos", [x], {});
/** Sine of radians. */
export const sin = (x: Value): Value => emit(x.graph, "Sin", [x], {});
/** Arc tangent in radians. */
export const atan = (x: Value): Value => emit(x.graph, "Atan", [x], {});

/** Limits every element to [low, high]. */
export const clip = (x: Value, low: number, high: number): Value =>
  emit(x.graph, "Clip", [x, scalar(x.graph, low), scalar(x.graph, high)], {});

/** a == b by element, as bool; like all comparisons without a gradient. */
export const equal = (a: Value, b: Operand): Value => compare("Equal", a, b);
/** a < b by element, as bool. */
export const less = (a: Value, b: Operand): Value => compare("Less", a, b);
/** a <= b by element, as bool. */
export const lessOrEqual = (a: Value, b: Operand): Value => compare("LessOrEqual", a, b);
/** a > b by element, as bool. */
export const greater = (a: Value, b: Operand): Value => compare("Greater", a, b);
/** a >= b by element, as bool. */
export const greaterOrEqual = (a: Value, b: Operand): Value => compare("GreaterOrEqual", a, b);
/** Both, by element of bool tensors. */
export const logicalAnd = (a: Value, b: Value): Value => emit(a.graph, "And", [a, b], {});
/** Either, by element of bool tensors. */
export const logicalOr = (a: Value, b: Value): Value => emit(a.graph, "Or", [a, b], {});
/** Not, by element of a bool tensor. */
export const logicalNot = (a: Value): Value => emit(a.graph, "Not", [a], {});

/** `condition ? a : b` by element. */
export const where = (condition: Value, a: Operand, b: Operand): Value =>
  emit(condition.graph, "Where", [condition, lift(condition.graph, a), lift(condition.graph, b)], {});

/** The same value, through which no gradient flows. */
export function stopGradient(x: Value): Value {
  const value = emit(x.graph, "Identity", [x], {});
  x.graph.stopped.add(value);
  return value;
}

/** The same numbers in another element type. */
export const cast = (x: Value, to: DType): Value => emit(x.graph, "Cast", [x], { to });

/** Batched matrix product, [..., M, K] x [..., K, N]. */
export const matmul = (a: Value, b: Value): Value => emit(a.graph, "MatMul", [a, b], {});

/** The exact Gaussian error linear unit, x/2 (1 + erf(x/sqrt 2)). Written so that ONNX Runtime fuses it. */
export const gelu = (x: Value): Value => mul(mul(x, add(erf(div(x, Math.SQRT2)), 1)), 0.5);

/** Geometry of a convolution. */
export interface ConvOptions {
  /** Default 1. */
  readonly stride?: number;
  /** One number for all sides, or top, left, bottom, right. Default 0. */
  readonly pad?: number | readonly [number, number, number, number];
  /** Default 1. */
  readonly dilation?: number;
  /** Default 1. */
  readonly groups?: number;
}

/** Convolution. x [N, C, H, W], weight [O, C/groups, kh, kw], bias [O]. */
export function conv2d(x: Value, weight: Value, bias: Value | undefined, options: ConvOptions = {}): Value {
  return emit(x.graph, "Conv", bias ? [x, weight, bias] : [x, weight], convAttributes(weight, options));
}

/** Transposed convolution. x [N, C, H, W], weight [C, O/groups, kh, kw], bias [O]. */
export function convTranspose2d(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  options: ConvOptions & { readonly outputPadding?: readonly [number, number] } = {},
): Value {
  const attributes = { ...convAttributes(weight, options), output_padding: options.outputPadding ?? [0, 0] };
  return emit(x.graph, "ConvTranspose", bias ? [x, weight, bias] : [x, weight], attributes);
}

function convAttributes(weight: Value, { stride = 1, pad = 0, dilation = 1, groups = 1 }: ConvOptions) {
  return {
    kernel_shape: staticDims(weight.dims.slice(2), "A convolution kernel"),
    strides: [stride, stride],
    pads: typeof pad === "number" ? [pad, pad, pad, pad] : pad,
    dilations: [dilation, dilation],
    group: groups,
  };
}

/** Bilinear resize of [N, C, H, W] to the given height and width. */
export function resizeBilinear(x: Value, height: Dim, width: Dim, corners: "align_corners" | "half_pixel"): Value {
  const [n, c, h, w] = x.dims as readonly [Dim, Dim, Dim, Dim];
  if (dimEquals(h, height) && dimEquals(w, width)) return x;
  const dims = [n, c, height, width];
  const attributes = { mode: "linear", coordinate_transformation_mode: corners } as const;
  return emit(x.graph, "Resize", [x, shapeVector(x.graph, dims)], attributes, { dtype: x.dtype, dims });
}

/** Reorders the axes. */
export const transpose = (x: Value, perm: readonly number[]): Value => emit(x.graph, "Transpose", [x], { perm });

/** The same elements in row-major order under another shape. */
export function reshape(x: Value, dims: readonly Dim[]): Value {
  const [before, after] = [dimMul(...x.dims), dimMul(...dims)];
  if (typeof before === "number" && typeof after === "number" && before !== after)
    throw new DepthError(
      "bad-argument",
      `Reshape cannot make ${dimsText(dims)} (${after} elements) of ${dimsText(x.dims)} (${before}).`,
    );
  const unknown = dims.flatMap((dim, i) => {
    const kept = i < x.dims.length && dimEquals(dim, x.dims[i] as Dim);
    return typeof dim === "number" || kept ? [] : [i];
  });
  // ONNX computes one dim (-1) and copies any (0); only further unknown dims cost run-time nodes.
  const shape =
    unknown.length <= 1
      ? integers(
          x.graph,
          dims.map((dim, i) => (i === unknown[0] ? -1 : typeof dim === "number" ? dim : 0)),
        )
      : shapeVector(x.graph, dims);
  return emit(x.graph, "Reshape", [x, shape], {}, { dtype: x.dtype, dims });
}

/** Repeats along axes of size 1 (and new leading axes) to the given shape. */
export const expand = (x: Value, dims: readonly Dim[]): Value =>
  emit(x.graph, "Expand", [x, shapeVector(x.graph, dims)], {}, { dtype: x.dtype, dims });

/** Puts tensors behind each other along an axis. */
export const concat = (values: readonly Value[], axis: number): Value =>
  emit((values[0] as Value).graph, "Concat", values, { axis });

/** Elements `start`, `start + step`, … below `end` along one axis; `end` defaults to the axis's size. */
export function slice(x: Value, axis: number, start: number, end?: number, step = 1): Value {
  const size = x.dims[axis] as Dim;
  if (start === 0 && step === 1 && (end === undefined || end === size)) return x;
  const stop = end === undefined ? size : end;
  const length =
    typeof stop === "number" ? Math.ceil((stop - start) / step) : step === 1 ? dimSub(stop, start) : undefined;
  if (length === undefined)
    throw new DepthError(
      "bad-argument",
      `A slice in steps of ${step} needs an end, since the axis has size ${dimText(size)}.`,
    );
  const dims = x.dims.map((dim, i) => (i === axis ? length : dim));
  const vector = (n: number) => integers(x.graph, [n]);
  const last = typeof stop === "number" ? stop : 2 ** 40;
  return emit(
    x.graph,
    "Slice",
    [x, vector(start), vector(last), vector(axis), vector(step)],
    {},
    { dtype: x.dtype, dims },
  );
}

/** Reverses one axis of static size. */
export function reverse(x: Value, axis: number): Value {
  if (x.dims[axis] === 1) return x;
  const vector = (n: number) => integers(x.graph, [n]);
  const inputs = [x, vector(-1), vector(-(2 ** 40)), vector(axis), vector(-1)];
  return emit(x.graph, "Slice", inputs, {}, { dtype: x.dtype, dims: x.dims });
}

/** Zero padding: `before` and `after` counts for every axis. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  const dims = x.dims.map((dim, i) => dimAdd(dim, (before[i] as number) + (after[i] as number)));
  return emit(
    x.graph,
    "Pad",
    [x, integers(x.graph, [...before, ...after])],
    { mode: "constant" },
    { dtype: x.dtype, dims },
  );
}

/** Picks entries of one axis by a tensor of integer positions. */
export const gather = (x: Value, indices: Value, axis: number): Value =>
  emit(x.graph, "Gather", [x, indices], { axis });

/** Picks single elements along one axis; the result has the shape of `indices`. */
export const gatherElements = (x: Value, indices: Value, axis: number): Value =>
  emit(x.graph, "GatherElements", [x, indices], { axis });

/** A copy of `x` where `updates` are added at positions `indices` of one axis. All three have one rank. */
export const scatterAdd = (x: Value, indices: Value, updates: Value, axis: number): Value =>
  emit(x.graph, "ScatterElements", [x, indices, updates], { axis, reduction: "add" });

/** Options of `smallest`. */
export interface SmallestOptions {
  /** In ascending order (default); without, finding half of a long row costs about a fourth. */
  readonly sorted?: boolean;
}

/** The `count` smallest elements along an axis, and their positions (int64). */
export function smallest(
  x: Value,
  count: number,
  axis: number,
  { sorted = true }: SmallestOptions = {},
): readonly [values: Value, indices: Value] {
  const dims = x.dims.map((dim, i) => (i === axis ? count : dim));
  const types = [
    { dtype: x.dtype, dims },
    { dtype: "int64", dims },
  ] as const;
  const inputs = [x, integers(x.graph, [count])];
  return emitAll(x.graph, "TopK", inputs, { axis, largest: 0, sorted: sorted ? 1 : 0 }, types) as unknown as readonly [
    Value,
    Value,
  ];
}

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default true. */
  readonly keepDims?: boolean;
}

const keep = (options: ReduceOptions): 0 | 1 => ((options.keepDims ?? true) ? 1 : 0);

/** Sum over axes. */
export const reduceSum = (x: Value, axes: readonly number[], options: ReduceOptions = {}): Value =>
  emit(x.graph, "ReduceSum", [x, integers(x.graph, axes)], { keepdims: keep(options) });
/** Mean over axes. */
export const reduceMean = (x: Value, axes: readonly number[], options: ReduceOptions = {}): Value =>
  emit(x.graph, "ReduceMean", [x], { axes, keepdims: keep(options) });
/** Largest over axes; ties share the gradient. */
export const reduceMax = (x: Value, axes: readonly number[], options: ReduceOptions = {}): Value =>
  emit(x.graph, "ReduceMax", [x], { axes, keepdims: keep(options) });
/** Smallest over axes; ties share the gradient. */
export const reduceMin = (x: Value, axes: readonly number[], options: ReduceOptions = {}): Value =>
  emit(x.graph, "ReduceMin", [x], { axes, keepdims: keep(options) });

/** e^x / sum e^x along an axis. */
export const softmax = (x: Value, axis: number): Value => emit(x.graph, "Softmax", [x], { axis });

/** Normalises the last axis to mean 0 and variance 1 (biased), then scale [C] and bias [C]. */
export const layerNorm = (x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  emit(x.graph, "LayerNormalization", [x, scale, bias], { axis: x.dims.length - 1, epsilon });

/** 0, 1, …, size-1 as a float32 vector; the size may be symbolic. */
export function arange(graph: Graph, size: Dim): Value {
  const limit = reshape(emit(graph, "Cast", [shapeVector(graph, [size])], { to: "float32" }), []);
  return emit(graph, "Range", [scalar(graph, 0), limit, scalar(graph, 1)], {}, { dtype: "float32", dims: [size] });
}

/** The size of a dim as a float32 vector of length one. */
export const sizeAsFloat = (graph: Graph, dim: Dim): Value => cast(shapeVector(graph, [dim]), "float32");
