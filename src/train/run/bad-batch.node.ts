import { float32, type Tensor } from "../../graph/tensor.ts";
import type { Size } from "../../image/resize-rule.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError } from "../../util/errors.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import type { BatchInputs } from "./batch-inputs.ts";
import type { StagePlan } from "./stage-plan.ts";

/**
 * Keeps a batch that made a loss or gradient useless, for looking into: a safetensors file with the step's inputs, and the
 * sources of the pictures, the step and the problem as metadata.
 * @param step number of the step, from 1 @param problem what came of the batch
 * @returns the error to stop with
 */
export async function keepBadBatch(
  path: string,
  plan: StagePlan,
  { inputs, sources, size }: BatchInputs,
  step: number,
  problem: string,
): Promise<DepthError> {
  const tensors = Object.entries(inputs).map(([name, data]): [string, Tensor] => [
    name,
    float32(dimsOf(name, data.length, size, plan), data),
  ]);
  const metadata = { stage: plan.name, step: String(step), sources: JSON.stringify(sources), problem };
  await writeFileAtomic(path, encodeSafetensors(new Map(tensors), metadata));
  return new DepthError(
    "bad-state",
    `Step ${step} of the ${plan.name} failed: ${problem}. The batch is kept in ${path} (pictures ${sources.join(", ")}), ` +
      "and so is the last checkpoint. Lower the learning rate, or take a bad picture out.",
  );
}

function dimsOf(
  input: string,
  length: number,
  { width, height }: Size,
  { labelled, unlabelled }: StagePlan,
): readonly number[] {
  const count = input.startsWith("labelled.") ? labelled : (unlabelled?.count ?? 0);
  if (input.endsWith(".features")) return [count, length / count];
  return input.endsWith(".pixels") ? [count, 3, height, width] : [count, height, width];
}
