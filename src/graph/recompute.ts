import { staticDims } from "./dim.ts";
import { emitAll, type Node, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import { elementCount } from "./tensor.ts";

/** Stands between the forward nodes and the rules of their gradients. */
export interface Recomputation {
  /**
   * The node as its gradient rule shall see it: of a repeated part, its repetition.
   * @param ready gradients made so far; the repetition waits for them
   */
  repeated(node: Node, ready: () => readonly Value[]): Node;
  /** Removes what was repeated in vain, once the backward pass is complete. @param wanted values used elsewhere */
  prune(wanted: readonly Value[]): void;
}

/**
 * Gradient checkpointing (Chen et al., 2016, "Training Deep Nets with Sublinear Memory Cost") as a graph transform: the
 * values inside a part of the graph are not kept for the backward pass, which makes them again from what enters the
 * part. One part is all forward nodes in whose names `parts` matches the same text.
 */
export function createRecomputation(forward: readonly Node[], parts: RegExp): Recomputation {
  const nodesOfPart = new Map<string, Node[]>();
  for (const node of forward) {
    const part = partOf(node, parts);
    if (part === undefined) continue;
    const nodes = nodesOfPart.get(part) ?? [];
    nodes.push(node);
    nodesOfPart.set(part, nodes);
  }
  const repetitions = new Map<Node, Node>();
  const added = new Set<Node>();

  const awaited = new Set<Value>();

  function repeat(nodes: readonly Node[], ready: readonly Value[]): void {
    const { graph } = ready[0] as Value;
    const first = graph.nodes.length;
    const zero = zeroAfter(ready.filter((value) => !awaited.has(value)));
    for (const value of ready) awaited.add(value);
    const copies = new Map<Value, Value>();
    const copyOf = (value: Value): Value => {
      const fixed = value.dtype !== "float32" || value.constant || graph.parameters.get(value.name) === value;
      const copy = copies.get(value) ?? (fixed ? value : o.add(value, zero));
      copies.set(value, copy);
      return copy;
    };
    for (const node of nodes) {
      const inputs = node.inputs.map(copyOf);
      const outputs = emitAll(graph, node.op, inputs, node.attributes, node.outputs);
      node.outputs.forEach((value, i) => {
        copies.set(value, outputs[i] as Value);
      });
      repetitions.set(node, { ...node, inputs, outputs });
    }
    for (const node of graph.nodes.slice(first)) added.add(node);
  }

  return {
    repeated(node, ready) {
      const part = partOf(node, parts);
      if (part === undefined) return node;
      if (!repetitions.has(node)) repeat(nodesOfPart.get(part) as Node[], ready());
      return repetitions.get(node) as Node;
    },
    prune(wanted) {
      const used = new Set(wanted);
      const nodes = (wanted[0] as Value).graph.nodes;
      const kept = nodes.toReversed().filter((node) => {
        const needed = !added.has(node) || node.outputs.some((value) => used.has(value));
        if (needed) for (const value of node.inputs) used.add(value);
        return needed;
      });
      nodes.splice(0, nodes.length, ...kept.reverse());
    },
  };
}

const partOf = (node: Node, parts: RegExp): string | undefined => node.outputs[0]?.name.match(parts)?.[0];

/**
 * A zero that is known when the given gradients are. Added to what enters a repeated part, it keeps ONNX Runtime from
 * seeing that the same has been computed before, and makes the repetition wait until the parts behind it are done with
 * all their gradients: ONNX Runtime would put off those of the weights to the end and keep what they are made of.
 */
function zeroAfter(gradients: readonly Value[]): Value {
  const corners = gradients.map((gradient) => {
    const size = elementCount(staticDims(gradient.dims, "Recomputation"));
    return o.slice(o.reshape(gradient, [size]), 0, 0, 1);
  });
  return o.clip(o.reduceSum(o.concat(corners, 0), [0], { keepDims: false }), 0, 0);
}
