import { DepthError } from "../util/errors.ts";
import { type Dim, dimAdd, dimEquals, dimFloorDiv, dimMul, dimsText, dimText } from "./dim.ts";
import type { Value, ValueType } from "./graph.ts";
import type { DType } from "./tensor.ts";

/** Convolution attributes. `pads` are top, left, bottom, right. */
export interface ConvAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly group: number;
}

type None = Readonly<Record<never, never>>;
type Axis = { readonly axis: number };
type ReduceAttributes = { readonly axes: readonly number[]; readonly keepdims: 0 | 1 };

/** Every operator a graph may hold with its attributes, all named as in the ONNX standard, opset 17. */
export interface OperatorTable {
  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Max: None;
  Min: None;
  Neg: None;
  Abs: None;
  Sign: None;
  Sqrt: None;
  Exp: None;
  Log: None;
  Erf: None;
  Sigmoid: None;
  Softplus: None;
  Relu: None;
  Floor: None;
  Clip: None;
  Cos: None;
  Sin: None;
  Atan: None;
  Equal: None;
  Less: None;
  LessOrEqual: None;
  Greater: None;
  GreaterOrEqual: None;
  And: None;
  Or: None;
  Not: None;
  Where: None;
  Cast: { readonly to: DType };
  MatMul: None;
  Conv: ConvAttributes;
  ConvTranspose: ConvAttributes & { readonly output_padding: readonly number[] };
  Resize: {
    readonly mode: "linear" | "nearest";
    readonly coordinate_transformation_mode: "align_corners" | "half_pixel";
  };
  Transpose: { readonly perm: readonly number[] };
  Reshape: None;
  Expand: None;
  Concat: Axis;
  Slice: None;
  Pad: { readonly mode: "constant" };
  Gather: Axis;
  GatherElements: Axis;
  ScatterElements: Axis & { readonly reduction: "none" | "add" };
  TopK: Axis & { readonly largest: 0 | 1; readonly sorted: 0 | 1 };
  ReduceSum: { readonly keepdims: 0 | 1 };
  ReduceMean: ReduceAttributes;
  ReduceMax: ReduceAttributes;
  ReduceMin: ReduceAttributes;
  Softmax: Axis;
  LayerNormalization: Axis & { readonly epsilon: number };
  Shape: None;
  Range: None;
  Identity: None;
}

/** Name of an operator. */
export type OpName = keyof OperatorTable;
/** Attributes of one operator. */
export type Attributes<Op extends OpName> = OperatorTable[Op];

type TypeRule<Op extends OpName> = (inputs: readonly Value[], attributes: OperatorTable[Op]) => readonly ValueType[];

type PlainTypeRule = (inputs: readonly Value[]) => readonly ValueType[];

/** The operator's shape is decided by a run-time tensor, so whoever emits it must say it. */
const stated: PlainTypeRule = () => {
  throw new DepthError("bad-argument", "This operator's output shape must be given when it is emitted.");
};

const sameAsFirst: PlainTypeRule = (inputs) => [at(inputs, 0)];
const broadcast: PlainTypeRule = (inputs) => [
  { dtype: at(inputs, 0).dtype, dims: broadcastDims(...inputs.map((v) => v.dims)) },
];
const broadcastBool: PlainTypeRule = (inputs) => [{ dtype: "bool", dims: broadcastDims(...inputs.map((v) => v.dims)) }];
const reduce = (inputs: readonly Value[], { axes, keepdims }: ReduceAttributes): readonly ValueType[] => [
  { dtype: at(inputs, 0).dtype, dims: reducedDims(at(inputs, 0).dims, axes, keepdims) },
];

/** One shape rule an operator. A missing rule does not compile. */
const typeRules: { readonly [Op in OpName]: TypeRule<Op> } = {
  Add: broadcast,
  Sub: broadcast,
  Mul: broadcast,
  Div: broadcast,
  Max: broadcast,
  Min: broadcast,
  Neg: sameAsFirst,
  Abs: sameAsFirst,
  Sign: sameAsFirst,
  Sqrt: sameAsFirst,
  Exp: sameAsFirst,
  Log: sameAsFirst,
  Erf: sameAsFirst,
  Sigmoid: sameAsFirst,
  Softplus: sameAsFirst,
  Relu: sameAsFirst,
  Floor: sameAsFirst,
  Clip: sameAsFirst,
  Cos: sameAsFirst,
  Sin: sameAsFirst,
  Atan: sameAsFirst,
  Equal: broadcastBool,
  Less: broadcastBool,
  LessOrEqual: broadcastBool,
  Greater: broadcastBool,
  GreaterOrEqual: broadcastBool,
  And: broadcastBool,
  Or: broadcastBool,
  Not: sameAsFirst,
  Where: (inputs) => [{ dtype: at(inputs, 1).dtype, dims: broadcastDims(...inputs.map((v) => v.dims)) }],
  Cast: (inputs, { to }) => [{ dtype: to, dims: at(inputs, 0).dims }],
  MatMul: ([a, b]) => {
    const [left, right] = [(a as Value).dims, (b as Value).dims];
    const [m, k, k2, n] = [left.at(-2), left.at(-1), right.at(-2), right.at(-1)];
    if (m === undefined || k === undefined || k2 === undefined || n === undefined || !dimEquals(k, k2))
      throw shapeError("MatMul", [left, right], "the last dim of the first equal to the last but one of the second");
    return [{ dtype: (a as Value).dtype, dims: [...broadcastDims(left.slice(0, -2), right.slice(0, -2)), m, n] }];
  },
  Conv: ([x, w], { kernel_shape, strides, pads, dilations, group }) => {
    const [dims, kernel] = [(x as Value).dims, (w as Value).dims];
    if (dims.length !== 4 || !dimEquals(dims[1] as Dim, dimMul(kernel[1] as Dim, group)))
      throw shapeError("Conv", [dims, kernel], `input channels = kernel's second dim x ${group} groups`);
    const spatial = [0, 1].map((i) => {
      const reach = num(dilations, i) * (num(kernel_shape, i) - 1) + 1;
      const padded = dimAdd(dims[2 + i] as Dim, num(pads, i) + num(pads, 2 + i) - reach);
      return dimAdd(dimFloorDiv(padded, num(strides, i)), 1);
    });
    return [{ dtype: (x as Value).dtype, dims: [dims[0] as Dim, kernel[0] as Dim, ...spatial] }];
  },
  ConvTranspose: ([x, w], { kernel_shape, strides, pads, dilations, group, output_padding }) => {
    const [dims, kernel] = [(x as Value).dims, (w as Value).dims];
    if (dims.length !== 4 || !dimEquals(dims[1] as Dim, kernel[0] as Dim))
      throw shapeError("ConvTranspose", [dims, kernel], "input channels = kernel's first dim");
    const spatial = [0, 1].map((i) => {
      const reach = num(dilations, i) * (num(kernel_shape, i) - 1) + 1;
      const span = dimMul(dimAdd(dims[2 + i] as Dim, -1), num(strides, i));
      return dimAdd(span, reach + num(output_padding, i) - num(pads, i) - num(pads, 2 + i));
    });
    return [{ dtype: (x as Value).dtype, dims: [dims[0] as Dim, dimMul(kernel[1] as Dim, group), ...spatial] }];
  },
  Resize: stated,
  Transpose: ([x], { perm }) => [{ dtype: (x as Value).dtype, dims: perm.map((axis) => at((x as Value).dims, axis)) }],
  Reshape: stated,
  Expand: stated,
  Concat: (inputs, { axis }) => {
    const first = at(inputs, 0);
    const dims = [...first.dims];
    for (const other of inputs.slice(1)) {
      if (
        other.dims.length !== dims.length ||
        other.dims.some((dim, i) => i !== axis && !dimEquals(dim, dims[i] as Dim))
      )
        throw shapeError(
          "Concat",
          inputs.map((v) => v.dims),
          `shapes that agree outside axis ${axis}`,
        );
      dims[axis] = dimAdd(dims[axis] as Dim, other.dims[axis] as Dim);
    }
    return [{ dtype: first.dtype, dims }];
  },
  Slice: stated,
  Pad: stated,
  Gather: ([x, indices], { axis }) => {
    const dims = (x as Value).dims;
    return [
      {
        dtype: (x as Value).dtype,
        dims: [...dims.slice(0, axis), ...(indices as Value).dims, ...dims.slice(axis + 1)],
      },
    ];
  },
  GatherElements: ([x, indices]) => [{ dtype: (x as Value).dtype, dims: (indices as Value).dims }],
  ScatterElements: sameAsFirst,
  TopK: stated,
  ReduceSum: ([x, axes], { keepdims }) => [
    { dtype: (x as Value).dtype, dims: reducedDims((x as Value).dims, constantIntegers(axes as Value), keepdims) },
  ],
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  Softmax: sameAsFirst,
  LayerNormalization: sameAsFirst,
  Shape: ([x]) => [{ dtype: "int64", dims: [(x as Value).dims.length] }],
  Range: stated,
  Identity: sameAsFirst,
};

/** All operator names. */
export const OPERATOR_NAMES = Object.keys(typeRules) as readonly OpName[];

/** The types of an operator's outputs. @throws DepthError `bad-argument` when the shapes do not fit. */
export function inferTypes<Op extends OpName>(
  op: Op,
  inputs: readonly Value[],
  attributes: Attributes<Op>,
): readonly ValueType[] {
  return typeRules[op](inputs, attributes);
}

/** The numbers of an integer constant such as the axes of ReduceSum. */
export function constantIntegers(value: Value): number[] {
  if (value.constant?.dtype !== "int64")
    throw new DepthError("bad-argument", `Value "${value.name}" must be a constant of integers.`);
  return Array.from(value.constant.data as BigInt64Array, Number);
}

/** The shape of an elementwise result (numpy rules). */
export function broadcastDims(...shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let result: Dim = 1;
    for (const shape of shapes) {
      const dim = shape[i - rank + shape.length] ?? 1;
      if (dim === 1 || dimEquals(dim, result)) continue;
      if (result !== 1)
        throw shapeError("broadcast", shapes, `equal dims or 1, but ${dimText(result)} met ${dimText(dim)}`);
      result = dim;
    }
    return result;
  });
}

function reducedDims(dims: readonly Dim[], axes: readonly number[], keepdims: 0 | 1): Dim[] {
  const gone = new Set(axes.map((axis) => (axis + dims.length) % dims.length));
  return keepdims ? dims.map((dim, i) => (gone.has(i) ? 1 : dim)) : dims.filter((_, i) => !gone.has(i));
}

function shapeError(op: string, shapes: readonly (readonly Dim[])[], expected: string): DepthError {
  return new DepthError(
    "bad-argument",
    `${op} got shapes ${shapes.map(dimsText).join(" and ")}; expected ${expected}.`,
  );
}

function at<T>(list: readonly T[], i: number): T {
  return list[i] as T;
}

function num(list: readonly number[], i: number): number {
  return list[i] as number;
}
