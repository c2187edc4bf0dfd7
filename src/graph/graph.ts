import { DepthError } from "../util/errors.ts";
import { type Dim, type DimAlgebra, dimsText, dimText, foldDim, scaledSymbol } from "./dim.ts";
import { type Attributes, inferTypes, type OpName } from "./operators.ts";
import type { DType, Tensor } from "./tensor.ts";

/** Element type and shape of a value. */
export interface ValueType {
  readonly dtype: DType;
  readonly dims: readonly Dim[];
}

/** A symbolic tensor: an input, a parameter, a constant, or an output of a node. */
export interface Value extends ValueType {
  readonly graph: Graph;
  readonly name: string;
  /** The data, when known while the graph is built. */
  readonly constant?: Tensor;
}

/** One operator application. Operators, attributes and their meaning are ONNX's (opset 17). */
export interface Node<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes<Op>;
}

/**
 * A computation in the making. `nodes` are in execution order because a node can only use values
 * that exist. Parameters are named like the entries of a PyTorch state dict; they become constants
 * of an inference model or inputs of a training step when the graph is encoded.
 */
export interface Graph {
  readonly name: string;
  readonly nodes: Node[];
  readonly inputs: Value[];
  readonly parameters: Map<string, Value>;
  readonly constants: Map<string, Value>;
  readonly outputs: Map<string, Value>;
  /** Where the run-time size of a symbol can be read: `size(value, axis) / factor`. */
  readonly symbols: Map<string, { readonly value: Value; readonly axis: number; readonly factor: number }>;
  /** Computed sizes by the text of their dim, so that each is computed once. */
  readonly sizes: Map<string, Value>;
  /** Values that count as constants when the graph is differentiated. */
  readonly stopped: Set<Value>;
  /** Prefix of the names of new values, see `scope`. */
  scope: string;
  nextId: number;
}

/** An empty graph. */
export function createGraph(name: string): Graph {
  return {
    name,
    nodes: [],
    inputs: [],
    parameters: new Map(),
    constants: new Map(),
    outputs: new Map(),
    symbols: new Map(),
    sizes: new Map(),
    stopped: new Set(),
    scope: "",
    nextId: 0,
  };
}

/**
 * Adds a named input. A dim of the form `factor*symbol` introduces the symbol: its size is read from
 * this input when the graph runs.
 */
export function input(graph: Graph, name: string, dims: readonly Dim[], dtype: DType = "float32"): Value {
  const value: Value = { graph, name, dims, dtype };
  graph.inputs.push(value);
  dims.forEach((dim, axis) => {
    const scaled = scaledSymbol(dim);
    if (scaled && !graph.symbols.has(scaled.name))
      graph.symbols.set(scaled.name, { value, axis, factor: scaled.factor });
  });
  return value;
}

/** A trained tensor under its state-dict name; asking twice for one name gives the same value. */
export function parameter(graph: Graph, name: string, dims: readonly number[]): Value {
  const known = graph.parameters.get(name);
  if (known) {
    if (dimsText(known.dims) !== dimsText(dims))
      throw new DepthError(
        "bad-argument",
        `Parameter "${name}" is used with shapes ${dimsText(known.dims)} and ${dimsText(dims)}.`,
      );
    return known;
  }
  const value: Value = { graph, name, dims, dtype: "float32" };
  graph.parameters.set(name, value);
  return value;
}

/** A tensor known now. */
export function constant(graph: Graph, tensor: Tensor): Value {
  const value: Value = {
    graph,
    name: `const.${graph.nextId++}`,
    dims: tensor.dims,
    dtype: tensor.dtype,
    constant: tensor,
  };
  graph.constants.set(value.name, value);
  return value;
}

/** A small int64 vector, shared between equal uses. */
export function integers(graph: Graph, values: readonly number[]): Value {
  const name = `ints.${values.join("_")}`;
  const known = graph.constants.get(name);
  if (known) return known;
  const tensor: Tensor = { dtype: "int64", dims: [values.length], data: BigInt64Array.from(values.map(BigInt)) };
  const value: Value = { graph, name, dims: tensor.dims, dtype: "int64", constant: tensor };
  graph.constants.set(name, value);
  return value;
}

/** A float32 scalar, shared between equal uses. */
export function scalar(graph: Graph, number: number): Value {
  const name = `scalar.${number}`;
  const known = graph.constants.get(name);
  if (known) return known;
  const tensor: Tensor = { dtype: "float32", dims: [], data: Float32Array.of(number) };
  const value: Value = { graph, name, dims: [], dtype: "float32", constant: tensor };
  graph.constants.set(name, value);
  return value;
}

/**
 * Appends a node and returns its outputs. Their types follow from the operator's shape rule, except
 * where the shape is itself a run-time tensor (Reshape, Expand, Resize, …): then `types` says it.
 */
export function emitAll<Op extends OpName>(
  graph: Graph,
  op: Op,
  inputs: readonly Value[],
  attributes: Attributes<Op>,
  types?: readonly ValueType[],
): readonly Value[] {
  const outputs = (types ?? inferTypes(op, inputs, attributes)).map(
    (type): Value => ({
      graph,
      name: `${graph.scope}${op}.${graph.nextId++}`,
      dtype: type.dtype,
      dims: type.dims,
    }),
  );
  graph.nodes.push({ op, inputs, outputs, attributes });
  return outputs;
}

/** `emitAll` for operators with one output. */
export function emit<Op extends OpName>(
  graph: Graph,
  op: Op,
  inputs: readonly Value[],
  attributes: Attributes<Op>,
  type?: ValueType,
): Value {
  return emitAll(graph, op, inputs, attributes, type && [type])[0] as Value;
}

/** Names a value as an output of the graph. */
export function output(name: string, value: Value): void {
  value.graph.outputs.set(name, value);
}

/** Builds with `prefix` in front of new values' names, so that a printed graph shows its parts. */
export function scope<T>(graph: Graph, prefix: string, build: () => T): T {
  const outer = graph.scope;
  graph.scope = `${outer}${prefix}/`;
  try {
    return build();
  } finally {
    graph.scope = outer;
  }
}

/** The run-time size of a dim as an int64 vector of length one. */
export function sizeOf(graph: Graph, dim: Dim): Value {
  const known = graph.sizes.get(dimText(dim));
  if (known) return known;
  const operator = (op: "Add" | "Mul" | "Div") => (a: Value, b: Value) => emit(graph, op, [a, b], {});
  const algebra: DimAlgebra<Value> = {
    constant: (value) => integers(graph, [value]),
    symbol: (name) => {
      const source = graph.symbols.get(name);
      if (!source)
        throw new DepthError("bad-argument", `No input of graph "${graph.name}" tells the size of "${name}".`);
      const shape = emit(graph, "Shape", [source.value], {});
      const size = emit(graph, "Gather", [shape, integers(graph, [source.axis])], { axis: 0 });
      return source.factor === 1 ? size : operator("Div")(size, integers(graph, [source.factor]));
    },
    add: operator("Add"),
    mul: operator("Mul"),
    floorDiv: (a, by) => operator("Div")(a, integers(graph, [by])),
  };
  const value = foldDim(dim, algebra);
  graph.sizes.set(dimText(dim), value);
  return value;
}

/** The run-time shape as an int64 vector: a constant where all dims are numbers. */
export function shapeVector(graph: Graph, dims: readonly Dim[]): Value {
  if (dims.every((dim): dim is number => typeof dim === "number")) return integers(graph, dims);
  return emit(
    graph,
    "Concat",
    dims.map((dim) => sizeOf(graph, dim)),
    { axis: 0 },
  );
}
