import { dimMul, symbol } from "../graph/dim.ts";
import { createGraph, type Graph, input, output, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import { conv, type LightDptConfig, lightDpt } from "./light-dpt.ts";

const DECODER: LightDptConfig = { features: [32, 48, 96, 128], headFeatures: 16, attentionBlocks: 2 };

/** Sides of Nano's input are multiples of this. */
export const NANO_MULTIPLE = 32;

/** Inverted residual blocks: input channels, expanded channels, output channels, stride. */
const BLOCKS: readonly (readonly [inChannels: number, expanded: number, outChannels: number, stride: 1 | 2])[] = [
  [32, 32, 16, 1],
  [16, 96, 24, 2],
  [24, 144, 24, 1],
  [24, 144, 32, 2],
  [32, 192, 32, 1],
  [32, 192, 32, 1],
  [32, 192, 64, 2],
  [64, 384, 64, 1],
  [64, 384, 64, 1],
  [64, 384, 64, 1],
  [64, 384, 96, 1],
  [96, 576, 96, 1],
  [96, 576, 96, 1],
  [96, 576, 160, 2],
  [160, 960, 160, 1],
  [160, 960, 160, 1],
  [160, 960, 320, 1],
];

/** Blocks whose outputs the decoder reads, at 1/2, 1/4, 1/8, 1/16 and 1/32 of the input's size. */
const TAPPED_BLOCKS = [0, 2, 5, 12, 16] as const;

/**
 * The graph of Nano, a MobileNetV2 encoder (Sandler et al., CVPR 2018; batch norm folded into the convolutions) under
 * `lightDpt`, pictures of any size: `pixel_values` [batch, 3, 32 r, 32 c] to `predicted_depth` [batch, H, W], disparity up to
 * scale and shift.
 */
export function buildNano(): Graph {
  const graph = createGraph("nano");
  const side = (name: string) => dimMul(NANO_MULTIPLE, symbol(name));
  const pixels = input(graph, "pixel_values", [symbol("batch"), 3, side("rows"), side("columns")]);
  output("predicted_depth", nanoOutputs(pixels).disparity);
  return graph;
}

/**
 * @param pixels [B, 3, H, W], RGB normalised by the ImageNet statistics, H and W multiples of 32
 * @returns disparity [B, H, W], at least 0, and the encoder's last features [B, 320, H/32, W/32]
 */
export function nanoOutputs(pixels: Value): { readonly disparity: Value; readonly features: Value } {
  const { graph } = pixels;
  const taps = scope(graph, "encoder", () => mobileNetV2(pixels));
  const disparity = scope(graph, "decoder", () => lightDpt(taps, pixels, DECODER));
  return { disparity, features: taps.at(-1) as Value };
}

/** The tapped features, finest first. */
function mobileNetV2(pixels: Value): Value[] {
  let x = relu6(conv(pixels, "encoder.stem.conv", 32, 3, { stride: 2 }));
  const outputs = BLOCKS.map(([inChannels, expanded, outChannels, stride], i) => {
    const name = `encoder.blocks.${i}`;
    const wide = expanded === inChannels ? x : relu6(conv(x, `${name}.expand`, expanded, 1));
    const filtered = relu6(conv(wide, `${name}.depthwise`, expanded, 3, { stride, groups: expanded }));
    const projected = conv(filtered, `${name}.project`, outChannels, 1);
    x = stride === 1 && inChannels === outChannels ? o.add(x, projected) : projected;
    return x;
  });
  return TAPPED_BLOCKS.map((i) => outputs[i] as Value);
}

const relu6 = (x: Value): Value => o.clip(x, 0, 6);

/** Names of the encoder's parameters start with this. */
export const NANO_ENCODER_PREFIX = "encoder.";
