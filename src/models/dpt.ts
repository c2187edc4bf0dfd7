import { type Dim, dimMul } from "../graph/dim.ts";
import { parameter, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import type { DepthAnythingConfig } from "./config.ts";
import type { EncoderFeatures, Tap } from "./dinov2.ts";

const NAME = "depth_head";

/**
 * The decoder of the Dense Prediction Transformer (Ranftl et al., ICCV 2021) as Depth Anything uses it: the
 * encoder's features to one value a pixel before the last activation, [B, 1, height, width].
 */
export function dpt(
  { features, rows, columns }: EncoderFeatures,
  [height, width]: readonly [Dim, Dim],
  config: DepthAnythingConfig,
  tap: Tap,
): Value {
  const graph = (features[0] as Value).graph;
  const levels = features.map((feature, i) =>
    scope(graph, `reassemble${i + 1}`, () => reassemble(feature, i, rows, columns, config, tap)),
  );

  let path: Value | undefined;
  for (let level = 4; level >= 1; level--) {
    const finer = levels[level - 2];
    const current = levels[level - 1] as Value;
    // The finest path is doubled, every other takes the size of the next finer level.
    const size = (axis: 2 | 3): Dim => finer?.dims[axis] ?? dimMul(2, current.dims[axis] as Dim);
    path = scope(graph, `fusion${level}`, () =>
      fuse(path, current, `${NAME}.scratch.refinenet${level}`, size(2), size(3)),
    );
    tap(`path.${level}`, path);
  }

  const channels = config.features;
  const coarse = conv(path as Value, `${NAME}.scratch.output_conv1`, channels / 2, 3);
  tap("output_conv1", coarse);
  const fine = o.resizeBilinear(coarse, height, width, "align_corners");
  const hidden = o.relu(conv(fine, `${NAME}.scratch.output_conv2.0`, config.headFeatures, 3));
  const value = conv(hidden, `${NAME}.scratch.output_conv2.2`, 1, 1);
  tap("output_pre_act", value);
  return value;
}

/** Tokens [B, rows*columns, D] of tap i as a map at 4, 2, 1 or 1/2 times the patches' resolution, [B, F, h, w]. */
function reassemble(
  tokens: Value,
  i: number,
  rows: Dim,
  columns: Dim,
  { embedDim, features, outChannels }: DepthAnythingConfig,
  tap: Tap,
): Value {
  const channels = outChannels[i] as number;
  const map = o.reshape(o.transpose(tokens, [0, 2, 1]), [tokens.dims[0] as Dim, embedDim, rows, columns]);
  const projected = conv(map, `${NAME}.projects.${i}`, channels, 1);
  tap(`project.${i}`, projected);
  const resized = resize(projected, i, `${NAME}.resize_layers.${i}`, channels);
  tap(`resize.${i}`, resized);
  const level = conv(resized, `${NAME}.scratch.layer${i + 1}_rn`, features, 3, { bias: false });
  tap(`layer_rn.${i + 1}`, level);
  return level;
}

function resize(x: Value, i: number, name: string, channels: number): Value {
  if (i === 2) return x;
  if (i === 3) return conv(x, name, channels, 3, { stride: 2 });
  const stride = i === 0 ? 4 : 2;
  const weight = parameter(x.graph, `${name}.weight`, [channels, channels, stride, stride]);
  return o.convTranspose2d(x, weight, parameter(x.graph, `${name}.bias`, [channels]), { stride });
}

/** Adds a level to the path from below, refines, and resizes to the given height and width. */
function fuse(path: Value | undefined, level: Value, name: string, height: Dim, width: Dim): Value {
  const joined = path ? o.add(path, residualUnit(level, `${name}.resConfUnit1`)) : level;
  const refined = residualUnit(joined, `${name}.resConfUnit2`);
  // The official order is resize, then out_conv. A 1x1 convolution and an interpolation may change places (the
  // interpolation's weights add up to 1), and before the resize there are fewer pixels.
  const projected = conv(refined, `${name}.out_conv`, level.dims[1] as number, 1);
  return o.resizeBilinear(projected, height, width, "align_corners");
}

/** x + conv2(relu(conv1(relu(x)))). */
function residualUnit(x: Value, name: string): Value {
  const channels = x.dims[1] as number;
  const hidden = conv(o.relu(x), `${name}.conv1`, channels, 3);
  return o.add(x, conv(o.relu(hidden), `${name}.conv2`, channels, 3));
}

/** A convolution that keeps the size (or halves it, rounding up). */
function conv(
  x: Value,
  name: string,
  channels: number,
  kernel: 1 | 3,
  { stride = 1, bias = true }: { readonly stride?: 1 | 2; readonly bias?: boolean } = {},
): Value {
  const weight = parameter(x.graph, `${name}.weight`, [channels, x.dims[1] as number, kernel, kernel]);
  const shift = bias ? parameter(x.graph, `${name}.bias`, [channels]) : undefined;
  return o.conv2d(x, weight, shift, { stride, pad: kernel === 1 ? 0 : 1 });
}
