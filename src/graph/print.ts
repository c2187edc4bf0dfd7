import { dimsText } from "./dim.ts";
import type { Graph, Value } from "./graph.ts";

/**
 * The graph as text, one line a node:
 * `%tokens/MatMul.7: float32[batch, rows*cols, 384] = MatMul(%x, pretrained.norm.weight)`.
 */
export function printGraph(graph: Graph): string {
  const typed = (value: Value) => `${value.dtype}${dimsText(value.dims)}`;
  const parameterNames = new Set(graph.parameters.keys());
  const reference = ({ name, constant }: Value) => {
    if (!constant) return parameterNames.has(name) ? name : `%${name}`;
    if (constant.data.length > 8) return `const ${constant.dtype}${dimsText(constant.dims)}`;
    return constant.dims.length === 0
      ? String(constant.data[0])
      : `[${Array.from(constant.data as ArrayLike<unknown>, String).join(", ")}]`;
  };
  const lines = graph.nodes.map(({ op, inputs, outputs, attributes }) => {
    const arguments_ = [
      ...inputs.map(reference),
      ...Object.entries(attributes).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ];
    return `  ${outputs.map((v) => `%${v.name}: ${typed(v)}`).join(", ")} = ${op}(${arguments_.join(", ")})`;
  });
  return [
    `graph ${graph.name}(${graph.inputs.map((v) => `%${v.name}: ${typed(v)}`).join(", ")})`,
    `  # ${graph.parameters.size} parameters, ${graph.nodes.length} nodes`,
    ...lines,
    `  return ${[...graph.outputs].map(([name, v]) => `${name} = ${reference(v)}`).join(", ")}`,
  ].join("\n");
}
