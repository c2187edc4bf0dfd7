import { type Dim, dimMul } from "../graph/dim.ts";
import { constant, parameter, scope, type Value } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import { float32 } from "../graph/tensor.ts";
import type { DepthAnythingConfig } from "./config.ts";

/** Called with every intermediate tensor of a network as it is built, under the name of the stage it comes from. */
export type Tap = (name: string, value: Value) => void;

/** An encoder's tapped features and the number of patches in a column and a row of the picture. */
export interface EncoderFeatures {
  /** Four tensors [B, rows*columns, D], from the shallowest block. */
  readonly features: readonly Value[];
  readonly rows: Dim;
  readonly columns: Dim;
}

/**
 * The DINOv2 vision transformer (Oquab et al., 2023) as Depth Anything uses it: pixels [B, 3, 14 rows, 14 columns]
 * to the normalised patch tokens of the four tapped blocks.
 */
export function dinov2(pixels: Value, config: DepthAnythingConfig, tap: Tap): EncoderFeatures {
  const { graph } = pixels;
  const { embedDim, patchSize, layers } = config;
  const kernel = parameter(graph, "pretrained.patch_embed.proj.weight", [embedDim, 3, patchSize, patchSize]);
  const bias = parameter(graph, "pretrained.patch_embed.proj.bias", [embedDim]);
  const map = o.conv2d(pixels, kernel, bias, { stride: patchSize }); // [B, D, rows, columns]
  const [batch, , rows, columns] = map.dims as readonly [Dim, Dim, Dim, Dim];
  const patches = o.transpose(o.reshape(map, [batch, embedDim, dimMul(rows, columns)]), [0, 2, 1]);
  tap("patch_embed", patches);

  const position = scope(graph, "position", () => positionTable(pixels, rows, columns, config));
  tap("pos_embed_interp", position);
  const classToken = parameter(graph, "pretrained.cls_token", [1, 1, embedDim]);
  let x = o.add(o.concat([o.expand(classToken, [batch, 1, embedDim]), patches], 1), position); // [B, 1 + rows*columns, D]
  tap("tokens", x);

  const taps: Value[] = [];
  for (let i = 0; taps.length < layers.length; i++) {
    x = scope(graph, `block${i}`, () =>
      block(x, `pretrained.blocks.${i}`, config, (name, v) => tap(`block${i}.${name}`, v)),
    );
    tap(`block.${i}`, x);
    if (layers.includes(i)) taps.push(x);
  }
  const features = taps.map((tapped, i) => {
    const normalised = layerNorm(tapped, "pretrained.norm", config);
    tap(`norm.${i}`, normalised);
    const feature = o.slice(normalised, 1, 1);
    tap(`feat.${i}`, feature);
    return feature;
  });
  return { features, rows, columns };
}

/** One pre-norm transformer block with LayerScale. x [B, N, D]. */
function block(x: Value, name: string, config: DepthAnythingConfig, tap: Tap): Value {
  const { embedDim, mlpRatio } = config;
  const branch = (layer: string, scale: string, from: Value, to: Value): Value => {
    tap(layer, to);
    const scaled = o.mul(to, parameter(x.graph, `${name}.${scale}.gamma`, [embedDim]));
    tap(scale, scaled);
    return o.add(from, scaled);
  };
  const norm1 = layerNorm(x, `${name}.norm1`, config);
  tap("norm1", norm1);
  const attended = branch("attn", "ls1", x, attention(norm1, `${name}.attn`, config, tap));
  const norm2 = layerNorm(attended, `${name}.norm2`, config);
  tap("norm2", norm2);
  const wide = linear(norm2, `${name}.mlp.fc1`, embedDim * mlpRatio);
  tap("fc1", wide);
  const active = o.gelu(wide);
  tap("gelu", active);
  return branch("mlp", "ls2", attended, linear(active, `${name}.mlp.fc2`, embedDim));
}

/** Multi-head self-attention, softmax(q k^T / sqrt(d)) v per head. x [B, N, D]. */
function attention(x: Value, name: string, { embedDim, numHeads }: DepthAnythingConfig, tap: Tap): Value {
  const [batch, tokens] = x.dims as readonly [Dim, Dim, Dim];
  const headDim = embedDim / numHeads;
  const qkv = linear(x, `${name}.qkv`, 3 * embedDim); // [B, N, 3 D]: all q, then all k, then all v
  tap("qkv", qkv);
  const heads = (part: 0 | 1 | 2, order: readonly number[]): Value =>
    o.transpose(
      o.reshape(o.slice(qkv, 2, part * embedDim, (part + 1) * embedDim), [batch, tokens, numHeads, headDim]),
      order,
    );
  const query = o.mul(heads(0, [0, 2, 1, 3]), headDim ** -0.5); // [B, heads, N, d]
  const scores = o.matmul(query, heads(1, [0, 2, 3, 1])); // [B, heads, N, N]
  const mixed = o.matmul(o.softmax(scores, 3), heads(2, [0, 2, 1, 3])); // [B, heads, N, d]
  return linear(o.reshape(o.transpose(mixed, [0, 2, 1, 3]), [batch, tokens, embedDim]), `${name}.proj`, embedDim);
}

/** x W^T + b on the last axis. */
function linear(x: Value, name: string, outputs: number): Value {
  const inputs = x.dims.at(-1) as number;
  const weight = parameter(x.graph, `${name}.weight`, [outputs, inputs]);
  return o.add(o.matmul(x, o.transpose(weight, [1, 0])), parameter(x.graph, `${name}.bias`, [outputs]));
}

function layerNorm(x: Value, name: string, { embedDim, layerNormEps }: DepthAnythingConfig): Value {
  const weight = parameter(x.graph, `${name}.weight`, [embedDim]);
  return o.layerNorm(x, weight, parameter(x.graph, `${name}.bias`, [embedDim]), layerNormEps);
}

/**
 * The position table [1, 1 + rows*columns, D] of a picture of rows x columns patches: the trained table, its patch
 * part resampled by bicubic interpolation as `interpolate_pos_encoding` of the official code does. It is computed in
 * the graph, as two products with small matrices, so that a model needs nothing but the picture.
 */
export function positionTable(
  pixels: Value,
  rows: Dim,
  columns: Dim,
  config: Pick<DepthAnythingConfig, "embedDim" | "imageSize" | "patchSize" | "interpolateOffset">,
): Value {
  const { graph } = pixels;
  const { embedDim, imageSize, patchSize } = config;
  const side = imageSize / patchSize;
  const table = parameter(graph, "pretrained.pos_embed", [1, side * side + 1, embedDim]);
  const [height, width] = [o.sizeAsFloat(graph, rows), o.sizeAsFloat(graph, columns)];
  // The table's own size is used as it is; every other size is scaled by a factor with a small offset.
  const isOwnSize = o.logicalAnd(o.equal(height, side), o.equal(width, side));
  const offset = o.where(isOwnSize, 0, config.interpolateOffset);
  const grid = o.reshape(o.slice(table, 1, 1), [side, side * embedDim]);
  const tall = o.matmul(cubicMatrix(rows, o.add(height, offset), side, graph), grid); // [rows, side*D]
  const patches = o.matmul(
    cubicMatrix(columns, o.add(width, offset), side, graph),
    o.reshape(tall, [rows, side, embedDim]),
  ); // [rows, columns, D]
  return o.concat([o.slice(table, 1, 0, 1), o.reshape(patches, [1, dimMul(rows, columns), embedDim])], 1);
}

/**
 * The matrix [size, from] of cubic convolution (Keys, 1981; a = -0.75 as in torch) along one axis: neighbours outside
 * count as the outermost, no antialiasing. `scaledSize` is what the axis is taken to measure when it is scaled.
 */
function cubicMatrix(size: Dim, scaledSize: Value, from: number, graph: Value["graph"]): Value {
  const position = o.sub(o.mul(o.add(o.arange(graph, size), 0.5), o.div(from, scaledSize)), 0.5); // [size]
  const left = o.floor(position);
  const t = o.sub(position, left);
  // The kernel at the distances 1 + t, t, 1 - t and 2 - t.
  const near = (x: Value) => o.add(o.mul(o.mul(o.sub(o.mul(x, 1.25), 2.25), x), x), 1);
  const far = (x: Value) => o.sub(o.mul(o.add(o.mul(o.sub(3.75, o.mul(x, 0.75)), x), -6), x), -3);
  const weights = [far(o.add(t, 1)), near(t), near(o.sub(1, t)), far(o.sub(2, t))];
  const sources = constant(
    graph,
    float32(
      [1, from],
      Array.from({ length: from }, (_, i) => i),
    ),
  );
  return weights
    .map((weight, tapIndex) => {
      const index = o.clip(o.add(left, tapIndex - 1), 0, from - 1);
      return o.where(o.equal(o.reshape(index, [size, 1]), sources), o.reshape(weight, [size, 1]), 0);
    })
    .reduce((a, b) => o.add(a, b));
}
