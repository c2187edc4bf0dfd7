import { float32, type Tensor } from "../../graph/tensor.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError } from "../../util/errors.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import type { StagePlan } from "./stage-plan.ts";
import type { BatchInputs } from "./step-inputs.ts";

/**
 * Keeps a batch that made a loss or gradient useless, for looking into: a safetensors file with the step's inputs, and the
 * sources of the pictures, the step and the losses as metadata.
 * @returns the error to stop with
 */
export async function keepBadBatch(
  path: string,
  plan: StagePlan,
  { inputs, sources }: BatchInputs,
  facts: { readonly step: number; readonly losses: Readonly<Record<string, number>>; readonly gradientNorm: number },
): Promise<DepthError> {
  const { width, height } = plan;
  const tensors = Object.entries(inputs).map(([name, data]): [string, Tensor] => {
    const count = name.startsWith("labelled.") ? plan.labelled : (plan.unlabelled?.count ?? 0);
    const dims = name.endsWith(".pixels")
      ? [count, 3, height, width]
      : name.endsWith(".features")
        ? [count, data.length / count]
        : [count, height, width];
    return [name, float32(dims, data)];
  });
  const { step, losses, gradientNorm } = facts;
  const metadata = {
    ...{ stage: plan.name, step: String(step), sources: JSON.stringify(sources) },
    ...{
      losses: JSON.stringify(losses, (_, value) =>
        Number.isFinite(value) || typeof value === "object" ? value : String(value),
      ),
    },
  };
  await writeFileAtomic(path, encodeSafetensors(new Map(tensors), metadata));
  const terms = Object.entries(losses).map(([name, value]) => `${name} ${value}`);
  return new DepthError(
    "bad-state",
    `Step ${step} of the ${plan.name} failed: losses ${terms.join(", ")}; length of the gradient ${gradientNorm}; expected finite ` +
      `numbers. The batch is kept in ${path} (pictures ${sources.join(", ")}), the checkpoint before it too. Lower the ` +
      "learning rate, or take a bad picture out.",
  );
}
