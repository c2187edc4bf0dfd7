import { type Graph, output, type Value } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { createSession, type Session } from "../../src/runtime/session.ts";

/** Prepares values of a graph, returned in order, with one thread: test graphs are tiny. */
export async function prepare(values: readonly Value[], weights?: ReadonlyMap<string, Tensor>) {
  const { graph } = values[0] as Value;
  const names = values.map((value, i) => {
    output(`out${i}`, value);
    return `out${i}`;
  });
  const session: Session = await createSession(graph, weights, { threads: 1 });
  // Later sessions of the same graph name outputs of their own.
  for (const name of names) graph.outputs.delete(name);
  return {
    async run(feeds: Readonly<Record<string, Tensor>> = {}): Promise<readonly Tensor[]> {
      const results = await session.run(feeds);
      return names.map((name) => results[name] as Tensor);
    },
    dispose: () => session.dispose(),
  };
}

/** Runs a graph once for some of its values. */
export async function runOnce(
  values: readonly Value[],
  feeds: Readonly<Record<string, Tensor>> = {},
  weights?: ReadonlyMap<string, Tensor>,
): Promise<readonly Tensor[]> {
  const session = await prepare(values, weights);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** Names of a graph's inputs with tensors for them, in order. */
export function feedsOf(graph: Graph, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(graph.inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
}
