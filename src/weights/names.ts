import type { Tensor } from "../graph/tensor.ts";
import { bytesOf, elementsOf } from "../graph/tensor-bytes.ts";
import { DepthError } from "../util/errors.ts";

/**
 * Parameter names of the official checkpoints beside those of transformers' `DepthAnythingForDepthEstimation`;
 * `*` stands for a number that stays, and `.weight` or `.bias` may follow. Source: transformers,
 * models/depth_anything/convert_depth_anything_to_hf.py. The joined `attn.qkv` is treated apart.
 */
const NAMES: readonly (readonly [original: string, huggingFace: string])[] = [
  ["pretrained.cls_token", "backbone.embeddings.cls_token"],
  ["pretrained.mask_token", "backbone.embeddings.mask_token"],
  ["pretrained.pos_embed", "backbone.embeddings.position_embeddings"],
  ["pretrained.patch_embed.proj", "backbone.embeddings.patch_embeddings.projection"],
  ["pretrained.blocks.*.norm1", "backbone.encoder.layer.*.norm1"],
  ["pretrained.blocks.*.norm2", "backbone.encoder.layer.*.norm2"],
  ["pretrained.blocks.*.attn.proj", "backbone.encoder.layer.*.attention.output.dense"],
  ["pretrained.blocks.*.ls1.gamma", "backbone.encoder.layer.*.layer_scale1.lambda1"],
  ["pretrained.blocks.*.ls2.gamma", "backbone.encoder.layer.*.layer_scale2.lambda1"],
  ["pretrained.blocks.*.mlp.fc1", "backbone.encoder.layer.*.mlp.fc1"],
  ["pretrained.blocks.*.mlp.fc2", "backbone.encoder.layer.*.mlp.fc2"],
  ["pretrained.norm", "backbone.layernorm"],
  ["depth_head.projects.*", "neck.reassemble_stage.layers.*.projection"],
  ["depth_head.resize_layers.*", "neck.reassemble_stage.layers.*.resize"],
  ...[0, 1, 2, 3].flatMap((i): [string, string][] => {
    const refine = `depth_head.scratch.refinenet${4 - i}`; // transformers counts the fusion from the deepest
    const fusion = `neck.fusion_stage.layers.${i}`;
    return [
      [`depth_head.scratch.layer${i + 1}_rn`, `neck.convs.${i}`],
      [`${refine}.out_conv`, `${fusion}.projection`],
      [`${refine}.resConfUnit1.conv1`, `${fusion}.residual_layer1.convolution1`],
      [`${refine}.resConfUnit1.conv2`, `${fusion}.residual_layer1.convolution2`],
      [`${refine}.resConfUnit2.conv1`, `${fusion}.residual_layer2.convolution1`],
      [`${refine}.resConfUnit2.conv2`, `${fusion}.residual_layer2.convolution2`],
    ];
  }),
  ["depth_head.scratch.output_conv1", "head.conv1"],
  ["depth_head.scratch.output_conv2.0", "head.conv2"],
  ["depth_head.scratch.output_conv2.2", "head.conv3"],
];

const QKV = /^pretrained\.blocks\.(\d+)\.attn\.qkv\.(weight|bias)$/;
const QUERY = /^backbone\.encoder\.layer\.(\d+)\.attention\.attention\.query\.(weight|bias)$/;
const PARTS = ["query", "key", "value"] as const;

const TO_HUGGING_FACE = new Map(NAMES);
const TO_ORIGINAL = new Map(NAMES.map(([original, huggingFace]) => [huggingFace, original]));

/** Whether these are the names of transformers' `DepthAnythingForDepthEstimation`. */
export function hasHuggingFaceNames(names: Iterable<string>): boolean {
  for (const name of names) if (name.startsWith("backbone.embeddings.")) return true;
  return false;
}

/**
 * Renames transformers' parameters to those of the official checkpoints; query, key and value [D, D] are joined
 * to one qkv [3D, D], in this order. Unknown names stay. The other tensors' data is shared, not copied.
 *
 * @throws DepthError `bad-file` if a query has no key or value of its shape beside it
 */
export function toOriginalNames(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const query = QUERY.exec(name);
    if (query) {
      const parts = PARTS.map((part) => tensors.get(name.replace(".query.", `.${part}.`)));
      result.set(`pretrained.blocks.${query[1]}.attn.qkv.${query[2]}`, joinRows(parts, name));
    } else if (!/^backbone\.encoder\.layer\.\d+\.attention\.attention\.(key|value)\./.test(name)) {
      result.set(rename(name, TO_ORIGINAL), tensor);
    }
  }
  return result;
}

/**
 * Renames the parameters of official checkpoints to transformers' names, the reverse of `toOriginalNames`;
 * query, key and value are views of the rows of qkv.
 *
 * @throws DepthError `bad-file` if the rows of a qkv are not a multiple of 3
 */
export function toHuggingFaceNames(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const [, block, kind] = QKV.exec(name) ?? [];
    if (block === undefined) {
      result.set(rename(name, TO_HUGGING_FACE), tensor);
      continue;
    }
    const { dtype, dims, data } = tensor;
    const [rows = 0, ...rest] = dims;
    if (rows % 3 !== 0) throw new DepthError("bad-file", `${name} is [${dims}]: expected a multiple of 3 rows.`);
    for (const [i, part] of PARTS.entries()) {
      result.set(`backbone.encoder.layer.${block}.attention.attention.${part}.${kind}`, {
        dtype,
        dims: [rows / 3, ...rest],
        data: data.subarray((i * data.length) / 3, ((i + 1) * data.length) / 3),
      });
    }
  }
  return result;
}

function rename(name: string, table: ReadonlyMap<string, string>): string {
  const suffix = /\.(weight|bias)$/.exec(name)?.[0] ?? "";
  const stem = name.slice(0, name.length - suffix.length);
  const exact = table.get(stem);
  if (exact !== undefined) return exact + suffix;
  const number = /\.(\d+)(?=\.|$)/.exec(stem)?.[1];
  if (number === undefined) return name;
  const pattern = table.get(stem.replace(/\.\d+(?=\.|$)/, ".*"));
  return pattern === undefined ? name : pattern.replace("*", number) + suffix;
}

function joinRows(parts: readonly (Tensor | undefined)[], name: string): Tensor {
  const [first] = parts;
  if (!first || parts.some((part) => part?.dtype !== first.dtype || `${part.dims}` !== `${first.dims}`)) {
    throw new DepthError("bad-file", `${name}: the key and the value of its type and shape are not beside it.`);
  }
  const size = first.data.byteLength;
  const joined = new Uint8Array(3 * size);
  for (const [i, part] of (parts as readonly Tensor[]).entries()) joined.set(bytesOf(part), i * size);
  const [rows = 0, ...rest] = first.dims;
  return { dtype: first.dtype, dims: [3 * rows, ...rest], data: elementsOf(first.dtype, joined) };
}
