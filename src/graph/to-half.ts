import { float32ToHalf } from "../util/float16.ts";
import { createGraph, emit, emitAll, type Graph, input, output, type Value, type ValueType } from "./graph.ts";
import type { DType, Tensor } from "./tensor.ts";

/** Options of `toHalf`. */
export interface ToHalfOptions {
  /** Values to compute in float32 all the same, by name. Default none. */
  readonly keepFloat32?: (name: string) => boolean;
}

/**
 * The same graph in half precision: parameters, constants and everything computed from them are float16; inputs and
 * outputs stay float32, with casts at the border. Integers and booleans are as before. LayerNormalization
 * computes in float32 inside, as the ONNX standard has it.
 */
export function toHalf(graph: Graph, { keepFloat32 = () => false }: ToHalfOptions = {}): Graph {
  const half = createGraph(graph.name);
  const copies = new Map<Value, Value>();
  const casts = new Map<string, Value>();
  for (const value of graph.inputs) copies.set(value, input(half, value.name, value.dims, value.dtype));
  for (const [name, value] of graph.parameters) {
    const copy: Value = { ...value, graph: half, dtype: "float16" };
    half.parameters.set(name, copy);
    copies.set(value, copy);
  }

  /** A value of the old graph in the new one, a floating-point one with the given type. */
  const take = (value: Value, dtype: DType): Value => {
    const wanted = value.dtype === "float32" ? dtype : value.dtype;
    if (value.constant) return takeConstant(half, value, value.constant, wanted);
    const copy = copies.get(value) as Value;
    if (copy.dtype === wanted) return copy;
    const key = `${wanted} ${copy.name}`;
    const known = casts.get(key);
    if (known) return known;
    const cast = emit(half, "Cast", [copy], { to: wanted });
    casts.set(key, cast);
    return cast;
  };
  for (const node of graph.nodes) {
    const dtype = node.outputs.some((value) => keepFloat32(value.name)) ? "float32" : "float16";
    const attributes = "to" in node.attributes && node.attributes.to === "float32" ? { to: dtype } : node.attributes;
    const types = node.outputs.map(
      (value): ValueType => ({ dims: value.dims, dtype: value.dtype === "float32" ? dtype : value.dtype }),
    );
    const name = node.outputs[0]?.name ?? "";
    half.scope = name.slice(0, name.lastIndexOf("/") + 1);
    const inputs = node.inputs.map((value) => take(value, dtype));
    const outputs = emitAll(half, node.op, inputs, attributes, types);
    node.outputs.forEach((value, i) => {
      copies.set(value, outputs[i] as Value);
    });
  }
  for (const [name, value] of graph.outputs) output(name, take(value, "float32"));
  return half;
}

function takeConstant(graph: Graph, value: Value, tensor: Tensor, dtype: DType): Value {
  const name = dtype === value.dtype ? value.name : `${value.name}.half`;
  const known = graph.constants.get(name);
  if (known) return known;
  const data = dtype === value.dtype ? tensor.data : float32ToHalf(tensor.data as Float32Array);
  const copy: Value = { graph, name, dims: value.dims, dtype, constant: { dtype, dims: tensor.dims, data } as Tensor };
  graph.constants.set(name, copy);
  return copy;
}
