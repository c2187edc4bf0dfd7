import { type Dim, dimFloorDiv, dimMul, symbol } from "../graph/dim.ts";
import { constant, createGraph, type Graph, input, output, parameter, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import { float32 } from "../graph/tensor.ts";
import { type LightDptConfig, lightDpt } from "./light-dpt.ts";

/** The decoder of the teacher that Nano learns from. */
export const INCEPTION_CONFIG: LightDptConfig = { features: [64, 96, 160, 256], headFeatures: 32, attentionBlocks: 2 };

/** Sides of the network's input are multiples of this. */
export const INCEPTION_MULTIPLE = 32;

/** Names of the encoder's parameters start with this. */
export const INCEPTION_ENCODER_PREFIX = "encoder.";

/**
 * A network for training alone, ten times the size of Nano: Inception v3 (Szegedy et al., CVPR 2016; batch norm folded
 * into the convolutions, every convolution padded so that sizes halve exactly) under `lightDpt`, for pictures of any
 * size: `pixel_values` [batch, 3, 32 r, 32 c] to `predicted_depth` [batch, H, W], disparity up to scale and shift.
 */
export function buildInception(): Graph {
  const graph = createGraph("inception");
  const side = (name: string) => dimMul(INCEPTION_MULTIPLE, symbol(name));
  const pixels = input(graph, "pixel_values", [symbol("batch"), 3, side("rows"), side("columns")]);
  output("predicted_depth", inceptionOutputs(pixels).disparity);
  return graph;
}

/** pixels [B, 3, H, W] -> disparity [B, H, W] and the encoder's last features [B, 2048, H/32, W/32]. */
export function inceptionOutputs(pixels: Value): { readonly disparity: Value; readonly features: Value } {
  const taps = scope(pixels.graph, "encoder", () => inceptionV3(pixels));
  const disparity = scope(pixels.graph, "decoder", () => lightDpt(taps, pixels, INCEPTION_CONFIG));
  return { disparity, features: taps.at(-1) as Value };
}

/** Features at 1/2, 1/4, 1/8, 1/16 and 1/32. Convolutions are numbered in the order in which Keras makes them. */
function inceptionV3(pixels: Value): Value[] {
  let number = 0;
  const unit = (x: Value, channels: number, kernel: Kernel = [1, 1], stride: 1 | 2 = 1): Value =>
    o.relu(convolution(x, `encoder.conv${++number}`, channels, kernel, stride));
  const chain = (x: Value, ...layers: readonly (readonly [channels: number, kernel?: Kernel, stride?: 1 | 2])[]) =>
    layers.reduce((value, [channels, kernel, stride]) => unit(value, channels, kernel, stride), x);
  // The mean of neighbours and a 1x1 convolution may change places; so the mean is taken over fewer channels.
  const pooled = (x: Value, channels: number): Value =>
    o.relu(averagePool(convolution(x, `encoder.conv${++number}`, channels, [1, 1], 1)));

  const half = chain(pixels, [32, THREE, 2], [32, THREE], [64, THREE]);
  const quarter = chain(halvedByMaximum(half), [80], [192, THREE]);
  let x = halvedByMaximum(quarter);
  for (const poolChannels of [32, 64, 64])
    x = o.concat(
      [chain(x, [64]), chain(x, [48], [64, [5, 5]]), chain(x, [64], [96, THREE], [96, THREE]), pooled(x, poolChannels)],
      1,
    );
  const eighth = x;
  x = o.concat([chain(x, [384, THREE, 2]), chain(x, [64], [96, THREE], [96, THREE, 2]), halvedByMaximum(x)], 1);
  for (const c of [128, 160, 160, 192])
    x = o.concat(
      [
        chain(x, [192]),
        chain(x, [c], [c, [1, 7]], [192, [7, 1]]),
        chain(x, [c], [c, [7, 1]], [c, [1, 7]], [c, [7, 1]], [192, [1, 7]]),
        pooled(x, 192),
      ],
      1,
    );
  const sixteenth = x;
  x = o.concat(
    [
      chain(x, [192], [320, THREE, 2]),
      chain(x, [192], [192, [1, 7]], [192, [7, 1]], [192, THREE, 2]),
      halvedByMaximum(x),
    ],
    1,
  );
  for (let i = 0; i < 2; i++) {
    const plain = chain(x, [320]);
    const wide = chain(x, [384]);
    const wideParts = [chain(wide, [384, [1, 3]]), chain(wide, [384, [3, 1]])];
    const deep = chain(x, [448], [384, THREE]);
    const deepParts = [chain(deep, [384, [1, 3]]), chain(deep, [384, [3, 1]])];
    x = o.concat([plain, ...wideParts, ...deepParts, pooled(x, 192)], 1);
  }
  return [half, quarter, eighth, sixteenth, x];
}

type Kernel = readonly [height: number, width: number];
const THREE: Kernel = [3, 3];

/** "Same" padding as TensorFlow does it: an even size halved is padded below and right only. */
function convolution(x: Value, name: string, channels: number, [height, width]: Kernel, stride: 1 | 2): Value {
  const weight = parameter(x.graph, `${name}.weight`, [channels, x.dims[1] as number, height, width]);
  const bias = parameter(x.graph, `${name}.bias`, [channels]);
  const [down, right] = [(height - 1) / 2, (width - 1) / 2];
  return o.conv2d(x, weight, bias, { stride, pad: stride === 2 ? [0, 0, 1, 1] : [down, right, down, right] });
}

/** The largest of 3x3 at every other place. The features are not negative, so zeros around them change nothing. */
export function halvedByMaximum(x: Value): Value {
  const halved = (map: Value, axis: 2 | 3): Value => {
    const half = dimFloorDiv(map.dims[axis] as Dim, 2);
    const pairs = o.reshape(map, [...map.dims.slice(0, axis), half, 2, ...map.dims.slice(axis + 1)]);
    const even = o.slice(pairs, axis + 1, 0, 1);
    const after = pairs.dims.map((_, i) => (i === axis ? 1 : 0));
    const next = o.slice(
      o.pad(
        even,
        pairs.dims.map(() => 0),
        after,
      ),
      axis,
      1,
    );
    const largest = o.maximum(o.maximum(even, o.slice(pairs, axis + 1, 1, 2)), next);
    return o.reshape(largest, [...map.dims.slice(0, axis), half, ...map.dims.slice(axis + 1)]);
  };
  return halved(halved(x, 2), 3);
}

/** The mean of 3x3, places outside counting as zeros. */
function averagePool(x: Value): Value {
  const channels = x.dims[1] as number;
  const ninth = float32([channels, 1, 3, 3], new Float32Array(9 * channels).fill(1 / 9));
  return o.conv2d(x, constant(x.graph, ninth), undefined, { pad: 1, groups: channels });
}
