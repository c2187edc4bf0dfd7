import { findDataset } from "../../data/dataset-registry.node.ts";
import { openDataset } from "../../data/open-dataset.node.ts";
import { createDepthModel } from "../../depth/depth-model.ts";
import { datasetLimits } from "../../eval/dataset-limits.ts";
import type { EvalTarget } from "../../eval/eval-target.ts";
import { evaluateDepth } from "../../eval/evaluate-depth.ts";
import { networkPredictor } from "../../eval/predictors/network-predictor.ts";
import { defaultPreset, presetProtocol } from "../../eval/presets.ts";
import type { Protocol } from "../../eval/protocol.ts";
import { startEvalThread } from "../../eval/work/eval-thread.node.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import type { Size } from "../../image/resize-rule.ts";
import { MODELS } from "../../models/registry.ts";
import type { SessionOptions } from "../../runtime/session.ts";
import type { TrainConfig } from "../config/train-config.ts";
import type { TrainableNetwork } from "../network/trainable-network.ts";
import type { ValidationRecord } from "../watch/records.ts";
import type { StagePlan } from "./stage-plan.ts";
import type { Weights } from "./start-weights.node.ts";

/** The sets a network is scored on while it trains. */
export interface Validation {
  /** Scores weights on every set, in the order of the configuration. @throws DepthError as `evaluateDepth` */
  score(step: number, weights: Weights, signal?: AbortSignal): Promise<readonly ValidationRecord[]>;
  close(): Promise<void>;
}

interface Target {
  readonly name: string;
  readonly target: EvalTarget;
  readonly protocol: Protocol;
  readonly limit?: number | undefined;
}

/**
 * Opens a configuration's validation sets; a mistake in one is found before anything is trained.
 * @throws DepthError as `openDataset`; `bad-argument` for a protocol that does not fit a set.
 */
export async function openValidation(plan: StagePlan, options: SessionOptions): Promise<Validation> {
  const { config, network } = plan;
  const targets = await Promise.all(config.validation.map((set) => openTarget(set, plan)));
  const work = targets.length > 0 ? startEvalThread() : undefined;
  return {
    close: async () => work?.close(),
    async score(step, weights, signal) {
      if (targets.length === 0) return [];
      const model = await createDepthModel({ info: infoOf(network), graph: network.build(), weights }, options);
      try {
        const predictor = networkPredictor(model, {
          fingerprint: `step ${step}`,
          summary: `${network.name}, step ${step}`,
        });
        const records: ValidationRecord[] = [];
        for (const { name, target, protocol, limit } of targets) {
          const { mean, scored } = await evaluateDepth(predictor, target, protocol, {
            ...(work && { work }),
            ...(limit !== undefined && { limit }),
            ...(signal && { signal }),
          });
          records.push({ kind: "validation", step, dataset: name, metrics: mean, pictures: scored });
        }
        return records;
      } finally {
        await model.dispose();
      }
    },
  };
}

async function openTarget(set: TrainConfig["validation"][number], plan: StagePlan): Promise<Target> {
  const { spec, name = spec.type, limit } = set;
  const dataset = await openDataset(spec);
  const row = "folder" in spec ? findDataset(spec.type) : undefined;
  const { kind: truth } = (await dataset.get(0)).truth;
  const protocol = presetProtocol(set.protocol ?? defaultPreset(plan.network.kind, truth), {
    truth,
    limits: datasetLimits(spec.type),
  });
  const medianMetres = row?.medianMetres;
  const { width, height } = plan.sizes[0] as Size;
  const size = set.inputSize ?? Math.min(width, height);
  return {
    ...{ name, limit },
    target: { dataset, type: spec.type, ...(medianMetres && { medianMetres }) },
    protocol: { ...protocol, resize: { ...protocol.resize, target: size } },
  };
}

/** What a network wants of a picture: as its row says, else as Nano. */
function infoOf({ name: id, kind, multiple }: TrainableNetwork) {
  const row = MODELS.find((model) => model.id === id);
  const { upsample = "half_pixel", mean = IMAGENET_MEAN, std = IMAGENET_STD, inputSize = 288 } = row ?? {};
  return { id, kind, multiple, upsample, mean, std, inputSize } as const;
}
