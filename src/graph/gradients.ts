import { DepthError } from "../util/errors.ts";
import { convInputGradient, convWeightGradient } from "./conv-gradients.ts";
import { type Dim, dimEquals, staticDims } from "./dim.ts";
import { constant, emit, type Node, type Value } from "./graph.ts";
import { interpolationMatrix } from "./interpolation.ts";
import * as o from "./operations.ts";
import { constantIntegers, type OpName } from "./operators.ts";
import { type DType, elementCount, float32 } from "./tensor.ts";

/** Makes the gradient of one input; called only when that gradient is needed. */
export type InputGradient = () => Value;

/**
 * The gradients of a node's inputs given those of its outputs (undefined where an output does not matter). An input
 * without an entry gets no gradient.
 */
export type GradientRule<Op extends OpName> = (
  node: Node<Op>,
  grads: readonly (Value | undefined)[],
) => readonly (InputGradient | undefined)[];

type UnaryRule = (x: Value, grad: Value, y: Value) => Value;
const unary =
  (rule: UnaryRule) =>
  ({ inputs, outputs }: Node, [grad]: readonly (Value | undefined)[]) => [
    () => rule(inputs[0] as Value, grad as Value, outputs[0] as Value),
  ];

type BinaryRule = (a: Value, b: Value, grad: Value) => readonly [InputGradient, InputGradient];
/** Broadcasting is undone here, once for every binary operator. */
const binary =
  (rule: BinaryRule) =>
  ({ inputs }: Node, [grad]: readonly (Value | undefined)[]) => {
    const [a, b] = inputs as readonly [Value, Value];
    const [gradA, gradB] = rule(a, b, grad as Value);
    return [() => sumTo(gradA(), a.dims), () => sumTo(gradB(), b.dims)];
  };

/** Piecewise constant or not a number's function at all: nothing flows back. */
const flat = () => [];

type ReduceNode = Node<"ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin">;
const extremum = (node: ReduceNode, [grad]: readonly (Value | undefined)[]) => {
  const x = node.inputs[0] as Value;
  return [
    () => {
      const chosen = o.cast(o.equal(x, restoreAxes(node, node.outputs[0] as Value)), "float32");
      const ties = o.reduceSum(chosen, reducedAxes(node));
      return o.div(o.mul(chosen, restoreAxes(node, grad as Value)), ties);
    },
  ];
};

/** One rule an operator. A missing rule does not compile. */
export const gradientRules: { readonly [Op in OpName]: GradientRule<Op> } = {
  Add: binary((_a, _b, grad) => [() => grad, () => grad]),
  Sub: binary((_a, _b, grad) => [() => grad, () => o.neg(grad)]),
  Mul: binary((a, b, grad) => [() => o.mul(grad, b), () => o.mul(grad, a)]),
  Div: binary((a, b, grad) => [() => o.div(grad, b), () => o.neg(o.div(o.mul(grad, a), o.mul(b, b)))]),
  Max: binary((a, b, grad) => [
    () => o.where(o.greaterOrEqual(a, b), grad, 0),
    () => o.where(o.greaterOrEqual(a, b), 0, grad),
  ]),
  Min: binary((a, b, grad) => [
    () => o.where(o.lessOrEqual(a, b), grad, 0),
    () => o.where(o.lessOrEqual(a, b), 0, grad),
  ]),
  Neg: unary((_x, grad) => o.neg(grad)),
  Abs: unary((x, grad) => o.mul(grad, o.sign(x))),
  Sign: flat,
  Sqrt: unary((_x, grad, y) => o.div(o.mul(grad, 0.5), y)),
  Exp: unary((_x, grad, y) => o.mul(grad, y)),
  Log: unary((x, grad) => o.div(grad, x)),
  Erf: unary((x, grad) => o.mul(o.mul(grad, 2 / Math.sqrt(Math.PI)), o.exp(o.neg(o.mul(x, x))))),
  Sigmoid: unary((_x, grad, y) => o.mul(grad, o.mul(y, o.sub(1, y)))),
  Softplus: unary((x, grad) => o.mul(grad, o.sigmoid(x))),
  Relu: unary((_x, grad, y) => o.mul(grad, o.cast(o.greater(y, 0), "float32"))),
  Floor: flat,
  Clip: ({ inputs, outputs }, [grad]) => {
    // Inside the limits exactly where the output differs from both.
    const [, low, high] = inputs as readonly [Value, Value, Value];
    const y = outputs[0] as Value;
    // A product with 0 and 1: ONNX Runtime's Where takes four times as long.
    return [() => o.mul(grad as Value, o.cast(o.logicalAnd(o.greater(y, low), o.less(y, high)), "float32"))];
  },
  Cos: unary((x, grad) => o.neg(o.mul(grad, o.sin(x)))),
  Sin: unary((x, grad) => o.mul(grad, o.cos(x))),
  Atan: unary((x, grad) => o.div(grad, o.add(o.mul(x, x), 1))),
  Equal: flat,
  Less: flat,
  LessOrEqual: flat,
  Greater: flat,
  GreaterOrEqual: flat,
  And: flat,
  Or: flat,
  Not: flat,
  Where: ({ inputs }, [grad]) => {
    const [condition, a, b] = inputs as readonly [Value, Value, Value];
    return [
      undefined,
      () => sumTo(o.where(condition, grad as Value, 0), a.dims),
      () => sumTo(o.where(condition, 0, grad as Value), b.dims),
    ];
  },
  Cast: ({ inputs: [x], attributes: { to } }, [grad]) => {
    const from = (x as Value).dtype;
    return isFloat(from) && isFloat(to) ? [() => o.cast(grad as Value, from)] : [];
  },
  MatMul: ({ inputs }, [grad]) => {
    const [a, b] = inputs as readonly [Value, Value];
    const g = grad as Value;
    return [
      () => sumTo(o.matmul(g, swapLast(b)), a.dims),
      () => {
        if (b.dims.length > 2) return sumTo(o.matmul(swapLast(a), g), b.dims);
        // One matrix for the whole batch: fold the batch into the summed axis instead of summing products.
        const [k, m] = staticDims(b.dims, "The gradient of MatMul") as [number, number];
        const rows = elementCount(staticDims(a.dims.slice(0, -1), "The gradient of MatMul"));
        return o.matmul(swapLast(o.reshape(a, [rows, k])), o.reshape(g, [rows, m]));
      },
    ];
  },
  Conv: ({ inputs, attributes }, [grad]) => {
    const [x, weight] = inputs as readonly [Value, Value];
    const g = grad as Value;
    return [
      () => convInputGradient(x, weight, g, attributes),
      () => convWeightGradient(x, weight, g, attributes),
      () => o.reduceSum(g, [0, 2, 3], { keepDims: false }),
    ];
  },
  ConvTranspose: ({ inputs, attributes }, [grad]) => {
    const [x, weight] = inputs as readonly [Value, Value];
    const { output_padding: _, ...conv } = attributes;
    const g = grad as Value;
    // The transposed convolution is the convolution's input gradient, so the roles of x and y swap.
    return [
      () => emit(g.graph, "Conv", [g, weight], conv),
      () => convWeightGradient(g, weight, x, conv),
      () => o.reduceSum(g, [0, 2, 3], { keepDims: false }),
    ];
  },
  Resize: ({ inputs, attributes }, [grad]) => [
    () => {
      const { mode, coordinate_transformation_mode: corners } = attributes;
      if (mode !== "linear") throw new DepthError("unsupported", "Only linear Resize has a gradient.");
      const g = grad as Value;
      const [h, w] = staticDims((inputs[0] as Value).dims.slice(2), "The gradient of Resize") as [number, number];
      const [height, width] = staticDims(g.dims.slice(2), "The gradient of Resize") as [number, number];
      const across = constant(g.graph, float32([width, w], interpolationMatrix(w, width, corners)));
      const down = constant(g.graph, float32([height, h], interpolationMatrix(h, height, corners)));
      return o.matmul(o.transpose(down, [1, 0]), o.matmul(g, across));
    },
  ],
  Transpose: ({ attributes: { perm } }, [grad]) => [
    () =>
      o.transpose(
        grad as Value,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
  ],
  Reshape: ({ inputs: [x] }, [grad]) => [() => o.reshape(grad as Value, (x as Value).dims)],
  Expand: ({ inputs: [x] }, [grad]) => [() => sumTo(grad as Value, (x as Value).dims)],
  Concat: ({ inputs, attributes: { axis } }, [grad]) => {
    let start = 0;
    return inputs.map((x) => {
      const [size] = staticDims([x.dims[axis] as Dim], "The gradient of Concat") as [number];
      const from = start;
      start += size;
      return () => o.slice(grad as Value, axis, from, from + size);
    });
  },
  Slice: ({ inputs, outputs }, [grad]) => [
    () => {
      const [x, starts, , axes, steps] = inputs as readonly [Value, Value, Value, Value, Value];
      const [[axis], [start], [step]] = [axes, starts, steps].map(constantIntegers) as [[number], [number], [number]];
      const [size] = staticDims([x.dims[axis] as Dim], "The gradient of Slice") as [number];
      const [taken] = staticDims([(outputs[0] as Value).dims[axis] as Dim], "The gradient of Slice") as [number];
      if (step === -1) return o.reverse(grad as Value, axis);
      if (step === 1) return padAxis(grad as Value, axis, start, size - start - taken);
      const split = grad as Value;
      const dims = split.dims;
      const apart = padAxis(
        o.reshape(split, [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)]),
        axis + 1,
        0,
        step - 1,
      );
      const spread = o.reshape(
        apart,
        dims.map((dim, i) => (i === axis ? taken * step : dim)),
      );
      const room = size - start;
      const fitted = room < taken * step ? o.slice(spread, axis, 0, room) : spread;
      return padAxis(fitted, axis, start, Math.max(0, room - taken * step));
    },
  ],
  Pad: ({ inputs }, [grad]) => [
    () => {
      const [x, pads] = inputs as readonly [Value, Value];
      const before = constantIntegers(pads).slice(0, x.dims.length);
      const sizes = staticDims(x.dims, "The gradient of Pad");
      return sizes.reduce(
        (cut, size, axis) =>
          dimEquals(cut.dims[axis] as Dim, size)
            ? cut
            : o.slice(cut, axis, before[axis] as number, (before[axis] as number) + size),
        grad as Value,
      );
    },
  ],
  Gather: ({ inputs, attributes: { axis } }, [grad]) => [
    () => {
      const [x, indices] = inputs as readonly [Value, Value];
      if (indices.dims.length !== 1)
        throw new DepthError("unsupported", "Gather has a gradient for vectors of indices only.");
      const g = grad as Value;
      const line = o.reshape(
        indices,
        g.dims.map((dim, i) => (i === axis ? dim : 1)),
      );
      return o.scatterAdd(zerosLike(x), o.expand(line, g.dims), g, axis);
    },
  ],
  GatherElements: ({ inputs, attributes: { axis } }, [grad]) => {
    const [x, indices] = inputs as readonly [Value, Value];
    return [() => o.scatterAdd(zerosLike(x), indices, grad as Value, axis)];
  },
  ScatterElements: ({ inputs, attributes: { axis, reduction } }, [grad]) => {
    if (reduction !== "add")
      throw new DepthError("unsupported", "ScatterElements has a gradient for added updates only.");
    return [() => grad as Value, undefined, () => o.gatherElements(grad as Value, inputs[1] as Value, axis)];
  },
  TopK: ({ inputs, outputs, attributes: { axis } }, [grad]) => [
    grad && (() => o.scatterAdd(zerosLike(inputs[0] as Value), outputs[1] as Value, grad, axis)),
  ],
  ReduceSum: (node, [grad]) => [() => o.expand(restoreAxes(node, grad as Value), (node.inputs[0] as Value).dims)],
  ReduceMean: (node, [grad]) => [
    () => {
      const dims = (node.inputs[0] as Value).dims;
      const count = elementCount(
        staticDims(
          reducedAxes(node).map((axis) => dims[axis] as Dim),
          "The gradient of ReduceMean",
        ),
      );
      return o.expand(o.div(restoreAxes(node, grad as Value), count), dims);
    },
  ],
  ReduceMax: extremum,
  ReduceMin: extremum,
  Softmax: ({ outputs, attributes: { axis } }, [grad]) => {
    const y = outputs[0] as Value;
    const g = grad as Value;
    return [() => o.mul(y, o.sub(g, o.reduceSum(o.mul(g, y), [axis])))];
  },
  LayerNormalization: ({ inputs, attributes: { epsilon } }, [grad]) => {
    const [x, scale, bias] = inputs as readonly [Value, Value, Value];
    const g = grad as Value;
    const last = [x.dims.length - 1];
    const centred = o.sub(x, o.reduceMean(x, last));
    const inverse = o.div(1, o.sqrt(o.add(o.reduceMean(o.mul(centred, centred), last), epsilon)));
    const normal = o.mul(centred, inverse);
    return [
      () => {
        const scaled = o.mul(g, scale);
        const along = o.mul(normal, o.reduceMean(o.mul(scaled, normal), last));
        return o.mul(inverse, o.sub(o.sub(scaled, o.reduceMean(scaled, last)), along));
      },
      () => sumTo(o.mul(g, normal), scale.dims),
      () => sumTo(g, bias.dims),
    ];
  },
  Shape: flat,
  Range: flat,
  Identity: unary((_x, grad) => grad),
};

/** Undoes broadcasting: sums a gradient over the axes along which a value of shape `dims` was repeated. */
export function sumTo(grad: Value, dims: readonly Dim[]): Value {
  const lead = grad.dims.length - dims.length;
  const axes = grad.dims.flatMap((dim, i) => (i < lead || (dims[i - lead] === 1 && dim !== 1) ? [i] : []));
  if (axes.length === 0) return grad;
  const summed = o.reduceSum(grad, axes);
  return lead === 0 ? summed : o.reshape(summed, dims);
}

const isFloat = (dtype: DType): boolean => /^b?float/.test(dtype);

function zerosLike(x: Value): Value {
  const zero = constant(x.graph, float32(x.dims.map(() => 1)));
  return o.expand(zero, x.dims);
}

function swapLast(x: Value): Value {
  const rank = x.dims.length;
  return o.transpose(
    x,
    x.dims.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i)),
  );
}

function padAxis(x: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return x;
  const only = (count: number) => x.dims.map((_, i) => (i === axis ? count : 0));
  return o.pad(x, only(before), only(after));
}

function reducedAxes(node: ReduceNode): number[] {
  const rank = (node.inputs[0] as Value).dims.length;
  const axes = "axes" in node.attributes ? node.attributes.axes : constantIntegers(node.inputs[1] as Value);
  return axes.map((axis) => (axis + rank) % rank);
}

/** A reduced value (or its gradient) with the reduced axes back as size 1. */
function restoreAxes(node: ReduceNode, value: Value): Value {
  const axes = new Set(reducedAxes(node));
  const dims = (node.inputs[0] as Value).dims.map((dim, i) => (axes.has(i) ? 1 : dim));
  return dims.length === value.dims.length ? value : o.reshape(value, dims);
}
