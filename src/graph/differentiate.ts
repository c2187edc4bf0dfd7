import { DepthError } from "../util/errors.ts";
import { dimsText } from "./dim.ts";
import { type GradientRule, gradientRules } from "./gradients.ts";
import { type Node, scalar, scope, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import type { OpName } from "./operators.ts";
import { createRecomputation } from "./recompute.ts";

/** Options of `differentiate`. */
export interface DifferentiateOptions {
  /**
   * Parts of the forward pass whose values are computed again in the backward pass instead of being kept: less memory for
   * more time. Values in whose names this matches the same text belong to one part; the names begin with the scopes they
   * were made in, so `/block\d+\//` makes a part of every transformer block. Default: everything is kept.
   */
  readonly recompute?: RegExp;
}

/**
 * Reverse-mode differentiation as a graph transform: adds the nodes that compute d loss / d value for every value
 * asked for and returns them in the same order, each with its value's shape. Only the paths between the values and the
 * loss are walked.
 * @param loss a scalar ([] or [1]) of the graph
 * @throws DepthError `bad-argument` if the loss is no scalar or does not depend on one of the values.
 */
export function differentiate(loss: Value, wrt: readonly Value[], options: DifferentiateOptions = {}): Value[] {
  if (loss.dims.some((dim) => dim !== 1))
    throw new DepthError("bad-argument", `A loss must be a scalar; "${loss.name}" has shape ${dimsText(loss.dims)}.`);
  const { graph } = loss;
  const forward = graph.nodes.slice();
  const active = new Set<Value>(wrt);
  for (const node of forward)
    if (node.inputs.some((v) => active.has(v))) for (const v of node.outputs) if (!graph.stopped.has(v)) active.add(v);

  return scope(graph, "grad", () => {
    const gradients = new Map<Value, Value>([[loss, o.reshape(scalar(graph, 1), loss.dims)]]);
    const recomputation = options.recompute && createRecomputation(forward, options.recompute);
    for (const node of forward.toReversed()) {
      const outputGradients = node.outputs.map((v) => gradients.get(v));
      const reached = node.outputs.find((v) => active.has(v) && gradients.has(v));
      if (!reached) continue;
      const rule = gradientRules[node.op] as GradientRule<OpName>;
      const ready = () => [reached, ...wrt].flatMap((v) => gradients.get(v) ?? []);
      const known = recomputation?.repeated(node, ready) ?? node;
      const inputGradients = rule(known as Node<OpName>, outputGradients);
      node.inputs.forEach((value, i) => {
        const gradient = inputGradients[i];
        if (!gradient || !active.has(value)) return;
        const soFar = gradients.get(value);
        gradients.set(value, soFar ? o.add(soFar, gradient()) : gradient());
      });
    }
    const wanted = wrt.map((value) => {
      const gradient = gradients.get(value);
      if (!gradient) throw new DepthError("bad-argument", `The loss does not depend on "${value.name}".`);
      return gradient;
    });
    recomputation?.prune([...wanted, ...graph.outputs.values()]);
    return wanted;
  });
}
