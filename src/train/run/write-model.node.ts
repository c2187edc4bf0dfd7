import type { Tensor } from "../../graph/tensor.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { float32ToHalf } from "../../util/float16.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import { averagedParameters } from "../optimise/update.ts";
import type { TrainState } from "./checkpoint.node.ts";

/**
 * Writes the trained parameters (their running averages where there are some) as a safetensors file of halves, with the
 * network's name, the stage, the steps done and the training configuration as metadata.
 * @param metadata more notes; they win over those above.
 * @throws DepthError `io` naming the path.
 */
export async function writeModel(
  path: string,
  state: TrainState,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { config, stage, step } = state;
  const model = config[stage]?.network ?? "";
  const notes = { model, stage, step: String(step), config: JSON.stringify(config), ...metadata };
  await writeHalves(path, averagedParameters(state), notes);
}

/** Writes tensors as a safetensors file of halves. @throws DepthError `io` naming the path. */
export async function writeHalves(
  path: string,
  tensors: ReadonlyMap<string, Tensor<"float32">>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const halves = [...tensors].map(([name, { dims, data }]): [string, Tensor] => [
    name,
    { dtype: "float16", dims, data: float32ToHalf(data) },
  ]);
  await writeFileAtomic(path, encodeSafetensors(new Map(halves), metadata));
}
