import type { Value } from "../../graph/graph.ts";
import { affineInvariantLoss, affineResidual } from "./affine-invariant.ts";
import { gradL1Loss } from "./grad-l1.ts";
import { gradientMatchingLoss } from "./gradient-matching.ts";
import { meanSquaredLoss } from "./plain-variants.ts";
import { alignedLogDepthLoss, scaleShiftInvariantLoss } from "./scale-and-shift.ts";
import { siLogLoss, zoeSiLogLoss } from "./si-log.ts";

/** Prediction, target, mask (1 where the target is known, which is finite elsewhere too), each [N, H, W] -> [N]. */
export type DepthLoss = (prediction: Value, target: Value, mask: Value) => Value;

/** Name of a loss in a configuration. */
export type DepthLossName =
  | "affineInvariant"
  | "affineInvariantWithoutWorst"
  | "gradientMatching"
  | "scaleShiftInvariant"
  | "alignedLogDepth"
  | "meanSquared"
  | "siLog"
  | "zoeSiLog"
  | "gradL1";

/**
 * The losses that a configuration can name. The paper's is `affineInvariant`; `gradientMatching` stands beside it in V2,
 * which also drops the worst pixels of pseudo-labels. `siLog`, `zoeSiLog` and `gradL1` compare depths in metres, the
 * others disparities. A picture without valid pixels costs 0 in all of them. Two that
 * normalise the same maps do it once: ONNX Runtime merges equal nodes.
 */
export const depthLosses: Readonly<Record<DepthLossName, DepthLoss>> = {
  affineInvariant: affineInvariantLoss,
  affineInvariantWithoutWorst: (p, t, m) => affineInvariantLoss(p, t, m, { dropShare: 0.1 }),
  gradientMatching: (p, t, m) => gradientMatchingLoss(affineResidual(p, t, m), m),
  scaleShiftInvariant: scaleShiftInvariantLoss,
  /** 20 times as far as disparity 1, the nearest point of a target brought to 0..1. */
  alignedLogDepth: (p, t, m) => alignedLogDepthLoss(p, t, m, { minDisparity: 0.05 }),
  meanSquared: meanSquaredLoss,
  siLog: siLogLoss,
  zoeSiLog: zoeSiLogLoss,
  gradL1: gradL1Loss,
};
