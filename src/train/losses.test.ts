import { describe, expect, it } from "vitest";
import { goldenJson, goldenTensors, relativeError } from "../../test/golden-file.ts";
import { finiteDifferences, gradientError } from "../../test/support/finite-differences.ts";
import { prepare, runOnce } from "../../test/support/run-graph.ts";
import { differentiate } from "../graph/differentiate.ts";
import { createGraph, input, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import { elementCount, float32, type Tensor } from "../graph/tensor.ts";
import { createRandom, shuffledIndices } from "../util/random.ts";
import { type AffineInvariantOptions, affineInvariantLoss, gradientMatchingLoss, maskedMedian } from "./losses.ts";

type Loss = (prediction: Value, target: Value, mask: Value) => Value;

/** The loss of every image, and the gradient of their mean for the prediction. */
async function lossAndGradient(loss: Loss, prediction: Tensor, target: Tensor, mask: Tensor) {
  const graph = createGraph("loss");
  const [p, t, m] = ["p", "t", "m"].map((name) => input(graph, name, prediction.dims)) as [Value, Value, Value];
  const perImage = loss(p, t, m);
  const [gradient] = differentiate(o.reduceMean(perImage, [0], { keepDims: false }), [p]) as [Value];
  const [losses, found] = await runOnce([perImage, gradient], { p: prediction, t: target, m: mask });
  return { losses: Array.from(losses?.data as Float32Array), gradient: found?.data as Float32Array };
}

const affine =
  (options: AffineInvariantOptions): Loss =>
  (p, t, m) =>
    affineInvariantLoss(p, t, m, options);

describe("affineInvariantLoss", () => {
  const tensors = goldenTensors("losses_arrays.safetensors");
  const results = goldenJson<Record<string, { per_image: number[]; batch_mean_of_images: number }>>(
    "losses_results.json",
  );
  const [prediction, target] = [tensors.get("pred") as Tensor, tensors.get("gt") as Tensor];
  const mask = float32(target.dims, Array.from(tensors.get("mask")?.data as Uint8Array));

  it.each(
    (["lower", "mid"] as const).flatMap((median) =>
      (["full_grad", "detached_stats"] as const).map((gradient) => [median, gradient] as const),
    ),
  )("%s median, %s: as the float64 reference", async (median, gradient) => {
    const name = `affine.${median}.${gradient}.f64`;
    const expected = results[name] as { per_image: number[]; batch_mean_of_images: number };
    const statistics = gradient === "full_grad" ? "differentiated" : "detached";
    const found = await lossAndGradient(affine({ median, statistics }), prediction, target, mask);
    console.log(name, relativeError(found.losses, expected.per_image), relativeError(found.gradient, tensors.get(`${name}.grad`)?.data as Float64Array));
  });
});
