import type { Dim } from "../graph/dim.ts";
import { dimMul } from "../graph/dim.ts";
import { parameter, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";

/** The sizes of a light decoder. */
export interface LightDptConfig {
  /** Channels of the paths at 1/4, 1/8, 1/16 and 1/32 of the picture's size. */
  readonly features: readonly [number, number, number, number];
  /** Channels of the head at half resolution. */
  readonly headFeatures: number;
  /** Transformer blocks at 1/32, where every place sees every other. */
  readonly attentionBlocks: number;
}

/** Channels of one attention head. */
const HEAD_DIM = 32;

/**
 * A small decoder in the manner of DPT (Ranftl et al., ICCV 2021) for a convolutional encoder.
 * @param taps features at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture's size
 * @returns disparity [B, H, W], at least 0
 */
export function lightDpt(taps: readonly Value[], pixels: Value, config: LightDptConfig): Value {
  const { features, headFeatures, attentionBlocks } = config;
  const projected = taps.slice(1).map((tap, i) => conv(tap, `decoder.projects.${i}`, features[i] as number, 1));
  let path: Value | undefined;
  for (let level = 3; level >= 0; level--) {
    const name = `decoder.refinenet${level + 1}`;
    const skip = projected[level] as Value;
    // The finest level is the dearest: it takes its skip as it is.
    let x = path ? o.add(path, level === 0 ? skip : residualUnit(skip, `${name}.resConfUnit1`)) : skip;
    if (!path) {
      x = o.add(x, conv(o.reduceMean(taps[4] as Value, [2, 3]), "decoder.context", features[3], 1));
      if (attentionBlocks > 0) x = globalAttention(x, attentionBlocks);
    }
    const finer = features[Math.max(0, level - 1)] as number;
    x = conv(residualUnit(x, `${name}.resConfUnit2`), `${name}.out_conv`, finer, 1);
    path = level > 0 ? upsample(x, projected[level - 1] as Value) : x;
  }
  const half = taps[0] as Value;
  const coarse = upsample(conv(path as Value, "decoder.output_conv1", headFeatures, 3), half);
  const detail = o.add(coarse, conv(half, "decoder.output_skip", headFeatures, 1));
  const hidden = o.relu(conv(o.relu(detail), "decoder.output_conv2.0", headFeatures, 3));
  const disparity = o.relu(conv(hidden, "decoder.output_conv2.2", 1, 1));
  const full = upsample(disparity, pixels); // [B, 1, H, W]
  const [batch, , height, width] = full.dims as readonly [Dim, Dim, Dim, Dim];
  return o.reshape(full, [batch, height, width]);
}

/** DPT's residual convolution unit: x + conv2(relu(conv1(relu(x)))). */
function residualUnit(x: Value, name: string): Value {
  const features = x.dims[1] as number;
  const hidden = conv(o.relu(x), `${name}.conv1`, features, 3);
  return o.add(x, conv(o.relu(hidden), `${name}.conv2`, features, 3));
}

/** Pre-norm transformer blocks over all places of a map. x [B, C, h, w]. */
function globalAttention(x: Value, blocks: number): Value {
  const [batch, channels, height, width] = x.dims as readonly [Dim, number, Dim, Dim];
  let tokens = o.transpose(o.reshape(x, [batch, channels, dimMul(height, width)]), [0, 2, 1]); // [B, h w, C]
  for (let i = 0; i < blocks; i++) {
    const name = `decoder.attention.${i}`;
    tokens = o.add(tokens, selfAttention(layerNorm(tokens, `${name}.norm1`), `${name}.attn`));
    const wide = o.gelu(linear(layerNorm(tokens, `${name}.norm2`), `${name}.mlp.fc1`, 2 * channels));
    tokens = o.add(tokens, linear(wide, `${name}.mlp.fc2`, channels));
  }
  return o.reshape(o.transpose(tokens, [0, 2, 1]), [batch, channels, height, width]);
}

function selfAttention(x: Value, name: string): Value {
  const [batch, places, channels] = x.dims as readonly [Dim, Dim, number];
  const heads = channels / HEAD_DIM;
  const qkv = linear(x, `${name}.qkv`, 3 * channels); // [B, N, 3 C]
  const part = (index: 0 | 1 | 2, order: readonly number[]): Value =>
    o.transpose(
      o.reshape(o.slice(qkv, 2, index * channels, (index + 1) * channels), [batch, places, heads, HEAD_DIM]),
      order,
    );
  const scores = o.matmul(o.mul(part(0, [0, 2, 1, 3]), HEAD_DIM ** -0.5), part(1, [0, 2, 3, 1])); // [B, heads, N, N]
  const mixed = o.matmul(o.softmax(scores, 3), part(2, [0, 2, 1, 3]));
  return linear(o.reshape(o.transpose(mixed, [0, 2, 1, 3]), [batch, places, channels]), `${name}.proj`, channels);
}

function linear(x: Value, name: string, outputs: number): Value {
  const weight = parameter(x.graph, `${name}.weight`, [outputs, x.dims.at(-1) as number]);
  return o.add(o.matmul(x, o.transpose(weight, [1, 0])), parameter(x.graph, `${name}.bias`, [outputs]));
}

function layerNorm(x: Value, name: string): Value {
  const channels = x.dims.at(-1) as number;
  const weight = parameter(x.graph, `${name}.weight`, [channels]);
  return o.layerNorm(x, weight, parameter(x.graph, `${name}.bias`, [channels]), 1e-6);
}

/** A convolution with "same" padding as TensorFlow does it: an even size halved is padded below and right only. */
export function conv(
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

const upsample = (x: Value, like: Value): Value =>
  o.resizeBilinear(x, like.dims[2] as number, like.dims[3] as number, "half_pixel");
