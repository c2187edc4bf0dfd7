import { dimMul, symbol } from "../graph/dim.ts";
import { createGraph, type Graph, input, output, parameter, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";

/**
 * Nano: a MobileNetV2 encoder (Sandler et al., CVPR 2018; batch norm folded into the convolutions) and a small decoder in
 * the manner of DPT (Ranftl et al., ICCV 2021). Disparity up to scale and shift.
 */
export interface NanoConfig {
  /** Channels of the decoder's paths. */
  readonly features: number;
  /** Channels of the head at half resolution. */
  readonly headFeatures: number;
}

/** The bundled model. */
export const NANO_CONFIG: NanoConfig = { features: 48, headFeatures: 24 };

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

/** The graph of Nano for pictures of any size: `pixel_values` [batch, 3, 32 r, 32 c] to `predicted_depth` [batch, H, W]. */
export function buildNano(config: NanoConfig = NANO_CONFIG): Graph {
  const graph = createGraph("nano");
  const side = (name: string) => dimMul(NANO_MULTIPLE, symbol(name));
  const pixels = input(graph, "pixel_values", [symbol("batch"), 3, side("rows"), side("columns")]);
  output("predicted_depth", nanoForward(pixels, config));
  return graph;
}

/** pixels [B, 3, H, W], RGB normalised by the ImageNet statistics, H and W multiples of 32 -> disparity [B, H, W], at least 0. */
export function nanoForward(pixels: Value, config: NanoConfig = NANO_CONFIG): Value {
  const { graph } = pixels;
  const taps = scope(graph, "encoder", () => mobileNetV2(pixels));
  return scope(graph, "decoder", () => decoder(taps, pixels, config));
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

function decoder(taps: readonly Value[], pixels: Value, { features, headFeatures }: NanoConfig): Value {
  const projected = taps.slice(1).map((tap, i) => conv(tap, `decoder.projects.${i}`, features, 1));
  let path: Value | undefined;
  for (let level = 3; level >= 0; level--) {
    const name = `decoder.refinenet${level + 1}`;
    const skip = projected[level] as Value;
    // The finest level is the dearest: it takes its skip as it is.
    let x = path ? o.add(path, level === 0 ? skip : residualUnit(skip, `${name}.resConfUnit1`, features)) : skip;
    if (!path) x = o.add(x, conv(o.reduceMean(taps[4] as Value, [2, 3]), "decoder.context", features, 1));
    x = conv(residualUnit(x, `${name}.resConfUnit2`, features), `${name}.out_conv`, features, 1);
    path = level > 0 ? upsample(x, projected[level - 1] as Value) : x;
  }
  const half = taps[0] as Value;
  const coarse = upsample(conv(path as Value, "decoder.output_conv1", headFeatures, 3), half);
  const detail = o.add(coarse, conv(half, "decoder.output_skip", headFeatures, 1));
  const hidden = o.relu(conv(o.relu(detail), "decoder.output_conv2.0", headFeatures, 3));
  const disparity = o.relu(conv(hidden, "decoder.output_conv2.2", 1, 1));
  const full = upsample(disparity, pixels); // [B, 1, H, W]
  const [batch, , height, width] = full.dims as readonly [number, number, number, number];
  return o.reshape(full, [batch, height, width]);
}

/** DPT's residual convolution unit: x + conv2(relu(conv1(relu(x)))). */
function residualUnit(x: Value, name: string, features: number): Value {
  const hidden = conv(o.relu(x), `${name}.conv1`, features, 3);
  return o.add(x, conv(o.relu(hidden), `${name}.conv2`, features, 3));
}

/** A convolution with "same" padding as TensorFlow does it: an even size halved is padded below and right only. */
function conv(
  x: Value,
  name: string,
  outChannels: number,
  kernel: 1 | 3,
  { stride = 1, groups = 1 }: { readonly stride?: 1 | 2; readonly groups?: number } = {},
): Value {
  const weight = parameter(x.graph, `${name}.weight`, [outChannels, (x.dims[1] as number) / groups, kernel, kernel]);
  const bias = parameter(x.graph, `${name}.bias`, [outChannels]);
  return o.conv2d(x, weight, bias, { stride, groups, pad: kernel === 1 ? 0 : stride === 2 ? [0, 0, 1, 1] : 1 });
}

const relu6 = (x: Value): Value => o.clip(x, 0, 6);

const upsample = (x: Value, like: Value): Value =>
  o.resizeBilinear(x, like.dims[2] as number, like.dims[3] as number, "half_pixel");

/** Names of the encoder's parameters start with this. */
export const NANO_ENCODER_PREFIX = "encoder.";
