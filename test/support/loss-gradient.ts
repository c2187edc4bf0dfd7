import { differentiate } from "../../src/graph/differentiate.ts";
import { createGraph, input, type Value } from "../../src/graph/graph.ts";
import * as o from "../../src/graph/operations.ts";
import { elementCount, float32, type Tensor } from "../../src/graph/tensor.ts";
import type { Random } from "../../src/util/random.ts";
import { finiteDifferences } from "./finite-differences.ts";
import { prepare } from "./run-graph.ts";

/** A loss of each image made from some tensors; the first is what it is differentiated for. */
type Loss = (...values: Value[]) => Value;
type Floats = Tensor<"float32">;

/** The loss of every image [N] and the gradient of their weighted sum, by default their mean, for the first tensor. */
export async function lossAndGradient(loss: Loss, tensors: readonly Tensor[], weights?: readonly number[]) {
  const session = await prepareLoss(loss, tensors, weights);
  try {
    const [losses, gradient] = await session.run(feedsOf(tensors));
    return { losses: Array.from(losses?.data as Float32Array), gradient: gradient?.data as Float32Array };
  } finally {
    await session.dispose();
  }
}

/** The gradient that `lossAndGradient` gives, and what central difference quotients of the loss say. */
export async function gradientAndQuotients(loss: Loss, tensors: readonly Tensor[], step: number) {
  const session = await prepareLoss(loss, tensors);
  try {
    const [losses, gradient] = await session.run(feedsOf(tensors));
    const images = losses?.data.length as number;
    const moved = async ([first]: readonly Tensor[]) =>
      (await session.run(feedsOf([first as Tensor, ...tensors.slice(1)])))[0]?.data as Float32Array;
    const weights = Array(images).fill(1 / images);
    const [quotients] = await finiteDifferences(moved, [tensors[0] as Floats], weights, step);
    return { gradient: gradient?.data as Float32Array, quotients: quotients as number[] };
  } finally {
    await session.dispose();
  }
}

/** Numbers of a uniform law. */
export const uniform = (dims: readonly number[], random: Random, low = 0, high = 1): Floats =>
  float32(
    dims,
    Array.from({ length: elementCount(dims) }, () => random.uniform(low, high)),
  );

/** A mask in which an element is valid with a probability. */
export const randomMask = (dims: readonly number[], random: Random, share = 0.8): Floats =>
  float32(
    dims,
    Array.from({ length: elementCount(dims) }, () => Number(random.chance(share))),
  );

async function prepareLoss(loss: Loss, tensors: readonly Tensor[], weights?: readonly number[]) {
  const graph = createGraph("loss");
  const values = tensors.map(({ dims, dtype }, i) => input(graph, `x${i}`, dims, dtype));
  const perImage = loss(...values);
  const [images] = perImage.dims as [number];
  const weight = weights ?? Array(images).fill(1 / images);
  const parts = weight.map((w, i) => o.mul(o.slice(perImage, 0, i, i + 1), w));
  const [gradient] = differentiate(parts.reduce(o.add), [values[0] as Value]) as [Value];
  return prepare([perImage, gradient]);
}

const feedsOf = (tensors: readonly Tensor[]) => Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));
