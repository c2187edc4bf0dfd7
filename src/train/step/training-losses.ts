import type { Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { DepthError } from "../../util/errors.ts";
import { affineInvariantLoss } from "../losses/affine-invariant.ts";
import { cutMixLoss } from "../losses/cut-mix.ts";
import { type DepthLoss, type DepthLossName, depthLosses } from "../losses/depth-losses.ts";
import { featureAlignmentLoss } from "../losses/feature-alignment.ts";

/** Weights of depth losses by name; what is not named does not count. */
export type LossWeights = Readonly<Partial<Record<DepthLossName, number>>>;

/** Which losses count how much. */
export interface LossOptions {
  /** Against known depth. */
  readonly losses: LossWeights;
  /** Weight of the labelled part in the average. Default 1. */
  readonly labelledWeight?: number;
  /** Against pseudo-labels, inside and outside the CutMix rectangle. Default the affine-invariant loss. */
  readonly unlabelledLosses?: LossWeights;
  /** Weight of the unlabelled part. Default 1. */
  readonly unlabelledWeight?: number;
  /** Share of the worst pixels of each pseudo-label that the affine-invariant loss leaves out (V2: 0.1). Default 0. */
  readonly dropWorst?: number;
  /** Feature alignment (paper, eq. 9); weight 0 leaves it out. Default none. */
  readonly alignment?: { readonly weight: number; readonly margin: number };
}

/** Values of the graph that the losses compare, all [N, H, W] but the features. */
export interface LossInputs {
  readonly labelled?: { readonly prediction: Value; readonly target: Value; readonly mask: Value };
  readonly unlabelled?: {
    readonly prediction: Value;
    readonly target: Value;
    readonly mask: Value;
    /** 1 where the picture stands, 0 where CutMix put another. */
    readonly region: Value;
    /** [N, P, C] */
    readonly features: Value;
    /** Adds the input of the frozen encoder's features [N, P, C]; called where they are needed. */
    readonly frozenFeatures: () => Value;
  };
}

/**
 * The losses of a step as scalars: the terms `labelled`, `unlabelled` and `alignment` as far as they take part, the
 * losses that make up the first where there are several, and `total`, the plain average of the weighted terms (paper,
 * section 3.3). Every loss is a mean over the pictures, so that the gradient of a batch is the mean of its parts'.
 * @throws DepthError `bad-argument` when nothing takes part.
 */
export function trainingLosses(
  { labelled, unlabelled }: LossInputs,
  options: LossOptions,
): Readonly<Record<string, Value>> & { readonly total: Value } {
  const { labelledWeight = 1, unlabelledWeight = 1, dropWorst = 0, alignment } = options;
  const terms: Record<string, Value> = {};
  const weighted: Value[] = [];
  const add = (name: string, weight: number, value: Value): void => {
    terms[name] = value;
    weighted.push(times(value, weight));
  };
  const named = used(options.losses);
  if (labelled && labelledWeight > 0 && named.length > 0) {
    const { prediction, target, mask } = labelled;
    const values = named.map(([name]) => meanOf(depthLosses[name](prediction, target, mask)));
    if (named.length > 1)
      named.forEach(([name], i) => {
        terms[`labelled.${name}`] = values[i] as Value;
      });
    add("labelled", labelledWeight, sumOf(values.map((value, i) => times(value, named[i]?.[1] ?? 1))));
  }
  const pseudo = used(options.unlabelledLosses ?? { affineInvariant: 1 });
  if (unlabelled && unlabelledWeight > 0 && pseudo.length > 0) {
    const { prediction, target, mask, region } = unlabelled;
    const loss: DepthLoss = (p, t, m) =>
      sumOf(
        pseudo.map(([name, weight]) => {
          const drops = dropWorst > 0 && name === "affineInvariant";
          return times(
            drops ? affineInvariantLoss(p, t, m, { dropShare: dropWorst }) : depthLosses[name](p, t, m),
            weight,
          );
        }),
      );
    add("unlabelled", unlabelledWeight, meanOf(cutMixLoss(prediction, target, mask, region, loss)));
  }
  if (unlabelled && alignment && alignment.weight > 0) {
    const { features, frozenFeatures } = unlabelled;
    const { weight, margin } = alignment;
    add("alignment", weight, meanOf(featureAlignmentLoss(features, frozenFeatures(), { margin })));
  }
  if (weighted.length === 0)
    throw new DepthError("bad-argument", "There is nothing to learn from: every loss has weight 0.");
  const sum = sumOf(weighted);
  return { ...terms, total: weighted.length > 1 ? o.div(sum, weighted.length) : sum };
}

const used = (weights: LossWeights) =>
  (Object.entries(weights) as [DepthLossName, number][]).filter(([, weight]) => weight > 0);
const times = (value: Value, weight: number): Value => (weight === 1 ? value : o.mul(value, weight));
const sumOf = (values: readonly Value[]): Value => values.reduce((sum, value) => o.add(sum, value));
const meanOf = (perImage: Value): Value => o.reduceMean(perImage, [0], { keepDims: false });
