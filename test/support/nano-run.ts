import { elementCount, float32, type Tensor } from "../../src/graph/tensor.ts";
import { buildNano } from "../../src/models/nano.ts";
import { createSession } from "../../src/runtime/session.ts";
import { createRandom } from "../../src/util/random.ts";

/** Runs Nano with seeded weights on seeded pictures of two sizes: code for Node and for the browser alike. */
export async function runSeededNano(): Promise<{ dims: readonly number[]; data: number[] }[]> {
  const random = createRandom(6);
  const graph = buildNano();
  const weights = new Map(
    [...graph.parameters].map(([name, value]): [string, Tensor] => {
      const dims = value.dims as number[];
      const fanIn = elementCount(dims.slice(1));
      // He's deviation keeps the numbers of order 1 through all layers.
      const scale = dims.length === 1 ? 0.1 : Math.sqrt(2 / fanIn);
      const data = Array.from({ length: elementCount(dims) }, () => scale * random.normal());
      return [name, float32(dims, data)];
    }),
  );
  const session = await createSession(graph, weights);
  const results = [];
  for (const dims of [
    [1, 3, 64, 64],
    [2, 3, 32, 96],
  ]) {
    const pixels = Array.from({ length: elementCount(dims) }, () => random.uniform(-1, 1));
    const { predicted_depth } = await session.run({ pixel_values: float32(dims, pixels) });
    const { dims: outputDims, data } = predicted_depth as Tensor<"float32">;
    results.push({ dims: outputDims, data: Array.from(data) });
  }
  await session.dispose();
  return results;
}
