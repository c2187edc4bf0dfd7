import type { Tensor } from "../graph/tensor.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { float32ToHalf } from "../util/float16.ts";
import { encodeSafetensors } from "../weights/safetensors.ts";
import type { TrainState } from "./checkpoint.node.ts";
import { trainedParameters } from "./trainer.node.ts";

/**
 * Writes the trained parameters as a safetensors file of halves, with the network's name, the steps done and
 * the training configuration as metadata.
 * @param metadata more notes; they win over those above.
 * @throws DepthError `io` naming the path.
 */
export async function writeModel(
  path: string,
  state: TrainState,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { config, step } = state;
  const halves = [...trainedParameters(state)].map(([name, { dims, data }]): [string, Tensor] => [
    name,
    { dtype: "float16", dims, data: float32ToHalf(data) },
  ]);
  const notes = { model: config.model, step: String(step), config: JSON.stringify(config), ...metadata };
  await writeFileAtomic(path, encodeSafetensors(new Map(halves), notes));
}
