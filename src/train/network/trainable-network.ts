import { createGraph, type Graph, input, output, type Value } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { officialConfig } from "../../models/config.ts";
import { buildDepthAnything, depthAnythingForward } from "../../models/depth-anything.ts";
import { findModel } from "../../models/find-model.ts";
import type { DepthAnythingRow } from "../../models/model-row.ts";
import { buildNano, NANO_ENCODER_PREFIX, NANO_MULTIPLE, nanoOutputs } from "../../models/nano.ts";

/** What a network makes of a batch of pictures. */
export interface NetworkOutputs {
  /** [N, H, W]: disparity up to scale and shift, or metres for a metric network. */
  readonly prediction: Value;
  /** [N, P, C]: the encoder's last features, one row a place of its grid (paper, eq. 9). */
  readonly features: Value;
}

/** A network as the trainer sees it. */
export interface TrainableNetwork {
  /** Its name in configurations and model files. */
  readonly name: string;
  /** Sides of its input are multiples of this. */
  readonly multiple: number;
  /** What its prediction is. */
  readonly kind: "disparity" | "metric";
  /** Names of the encoder's parameters start with this; every other parameter belongs to the decoder. */
  readonly encoderPrefix: string;
  /** Adds the network to the graph of `pixels` [N, 3, H, W], normalised RGB of a fixed size. */
  forward(pixels: Value): NetworkOutputs;
  /** The network for pictures of any size: names and shapes of its parameters. */
  build(): Graph;
  /**
   * Pre-trained values of the encoder that can be had on this machine without the Hub.
   * @throws DepthError `not-found` saying which package to install.
   */
  readonly pretrainedEncoder?: () => Promise<ReadonlyMap<string, Tensor<"float32">>>;
}

/**
 * Nano, or a Depth Anything network of the registry.
 * @throws DepthError `bad-argument` listing the names when there is none.
 */
export function trainableNetwork(name: string): TrainableNetwork {
  const row = findModel(name);
  return row.family === "nano" ? nano : depthAnything(row);
}

const nano: TrainableNetwork = {
  name: "nano",
  multiple: NANO_MULTIPLE,
  kind: "disparity",
  encoderPrefix: NANO_ENCODER_PREFIX,
  forward(pixels) {
    const { disparity, features } = nanoOutputs(pixels);
    return { prediction: disparity, features: asTokens(features) };
  },
  build: () => buildNano(),
  pretrainedEncoder: async () => (await import("./nano-encoder.node.ts")).pretrainedNanoEncoder(),
};

/** [N, C, h, w] -> [N, h w, C] */
function asTokens(map: Value): Value {
  const [n, channels, rows, columns] = map.dims as readonly [number, number, number, number];
  return o.transpose(o.reshape(map, [n, channels, rows * columns]), [0, 2, 1]);
}

function depthAnything(row: DepthAnythingRow): TrainableNetwork {
  const config = officialConfig(row);
  return {
    name: row.id,
    multiple: config.patchSize,
    kind: row.kind,
    encoderPrefix: "pretrained.",
    forward(pixels) {
      let features: Value | undefined;
      const tap = (stage: string, value: Value): void => {
        if (stage.startsWith("feat.")) features = value; // the last one stays
      };
      const prediction = depthAnythingForward(pixels, config, { tap });
      return { prediction, features: features as Value };
    },
    build: () => buildDepthAnything(config),
  };
}

/** The semantic features alone, for a frozen encoder: `pixel_values` [N, 3, height, width] to `features` [N, P, C]. */
export function buildFeatureGraph(network: TrainableNetwork, batchSize: number, height: number, width: number): Graph {
  const graph = createGraph(`${network.name}-features`);
  output("features", network.forward(input(graph, "pixel_values", [batchSize, 3, height, width])).features);
  return graph;
}
