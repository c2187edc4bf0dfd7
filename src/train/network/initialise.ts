import type { Graph } from "../../graph/graph.ts";
import { elementCount, float32, type Tensor } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";

/**
 * Starting values of a graph's parameters: those given, otherwise weights uniform in +-1/sqrt(inputs of one output)
 * (PyTorch's default for convolutions), scales one and biases zero.
 */
export function initialiseParameters(
  graph: Graph,
  given: ReadonlyMap<string, Tensor<"float32">>,
  seed: number,
): Map<string, Tensor<"float32">> {
  return new Map(
    [...graph.parameters.values()].map(({ name, dims }, index) => {
      const known = given.get(name);
      if (known) return [name, float32(known.dims, Float32Array.from(known.data))];
      const tensor = float32(dims as readonly number[]);
      if (tensor.dims.length > 1) {
        const bound = 1 / Math.sqrt(elementCount(tensor.dims.slice(1)));
        const random = createRandom(seed, 0x1417, index);
        for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = random.uniform(-bound, bound);
      } else if (!name.endsWith(".bias")) tensor.data.fill(1); // scales of a norm or a branch
      return [name, tensor];
    }),
  );
}
