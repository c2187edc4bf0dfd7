import { type Dim, dimMul, symbol } from "../graph/dim.ts";
import { createGraph, type Graph, input, output, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import type { DepthAnythingConfig } from "./config.ts";
import { dinov2, type Tap } from "./dinov2.ts";
import { dpt } from "./dpt.ts";

/** Options of `buildDepthAnything`. */
export interface DepthAnythingOptions {
  /** Sees every intermediate tensor as the graph is built. Default: nobody does. */
  readonly tap?: Tap;
}

/**
 * Depth Anything V1, V2 or V2 metric (Yang et al., CVPR 2024 and NeurIPS 2024) for pictures of any size:
 * `pixel_values` [batch, 3, 14 rows, 14 columns] to `predicted_depth` [batch, H, W]. The parameters carry the names of
 * the official state dict.
 */
export function buildDepthAnything(config: DepthAnythingConfig, options: DepthAnythingOptions = {}): Graph {
  const graph = createGraph(`depth-anything-${config.kind}`);
  const side = (name: string) => dimMul(config.patchSize, symbol(name));
  const pixels = input(graph, "pixel_values", [symbol("batch"), 3, side("rows"), side("columns")]);
  output("predicted_depth", depthAnythingForward(pixels, config, options));
  return graph;
}

/**
 * pixels [B, 3, H, W], normalised RGB, H and W multiples of the patch size -> [B, H, W]: disparity up to scale and
 * shift, at least 0; metres for a metric model.
 */
export function depthAnythingForward(
  pixels: Value,
  config: DepthAnythingConfig,
  { tap = () => {} }: DepthAnythingOptions = {},
): Value {
  const { graph } = pixels;
  const [batch, , height, width] = pixels.dims as readonly [Dim, Dim, Dim, Dim];
  const encoded = scope(graph, "encoder", () => dinov2(pixels, config, tap));
  const value = scope(graph, "decoder", () => dpt(encoded, [height, width], config, tap));
  const active = config.kind === "v2metric" ? o.mul(o.sigmoid(value), config.maxDepthMetres ?? 1) : o.relu(value);
  const depth = o.reshape(active, [batch, height, width]);
  tap("depth", depth);
  return depth;
}

/** Names and shapes of a checkpoint's tensors, with those that are in every checkpoint but never used. */
export function stateDictShapes(config: DepthAnythingConfig): Map<string, readonly number[]> {
  const used = [...buildDepthAnything(config).parameters].map(
    ([name, { dims }]) => [name, dims as readonly number[]] as const,
  );
  return new Map([...used, ...unusedShapes(config)]);
}

/** Tensors of official checkpoints that no pass through the network reads. */
export function unusedShapes({ embedDim, features }: DepthAnythingConfig): Map<string, readonly number[]> {
  const unit = "depth_head.scratch.refinenet4.resConfUnit1"; // the coarsest level has no path to be added to
  const convs = ["conv1", "conv2"].flatMap((conv): [string, readonly number[]][] => [
    [`${unit}.${conv}.weight`, [features, features, 3, 3]],
    [`${unit}.${conv}.bias`, [features]],
  ]);
  return new Map([["pretrained.mask_token", [1, embedDim]], ...convs]);
}
