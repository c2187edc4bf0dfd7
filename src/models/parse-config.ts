import * as z from "zod";
import { DepthError } from "../util/errors.ts";
import type { DepthAnythingConfig } from "./config.ts";
import { MLP_RATIO } from "./encoders.ts";

const count = z.int().min(1).max(65536);
const four = z.array(count).length(4);
const ratio = z.number().positive();

/** The official code's names. Literals refuse variants the graph does not have. */
const officialSchema = z.object({
  embed_dim: count,
  depth: count,
  num_heads: count,
  mlp_ratio: ratio.default(MLP_RATIO),
  patch_size: count.default(14),
  img_size: count.default(518),
  features: count,
  out_channels: four,
  head_features_2: count.default(32),
  layers: z.array(z.int().min(0)).length(4),
  kind: z.enum(["v1", "v2", "v2metric"]),
  max_depth: ratio.optional(),
  layernorm_eps: ratio.default(1e-6),
  interpolate_offset: z.number().min(0).default(0.1),
  interpolate_antialias: z.literal(false).default(false),
  num_register_tokens: z.literal(0).default(0),
  use_bn: z.literal(false).default(false),
  use_clstoken: z.literal(false).default(false),
  ffn: z.literal("mlp").default("mlp"),
  qkv_bias: z.literal(true).default(true),
});

/** A Hugging Face `config.json`; the defaults are those of `DepthAnythingConfig` and `Dinov2Config` there. */
const huggingFaceSchema = z.object({
  model_type: z.literal("depth_anything"),
  patch_size: count.default(14),
  reassemble_hidden_size: count.optional(),
  reassemble_factors: z.tuple([z.literal(4), z.literal(2), z.literal(1), z.literal(0.5)]).optional(),
  neck_hidden_sizes: four.default([48, 96, 192, 384]),
  fusion_hidden_size: count.default(64),
  head_hidden_size: count.default(32),
  depth_estimation_type: z.enum(["relative", "metric"]).nullish(),
  max_depth: ratio.nullish(),
  backbone_config: z.object({
    model_type: z.literal("dinov2").default("dinov2"),
    hidden_size: count.default(768),
    num_hidden_layers: count.default(12),
    num_attention_heads: count.default(12),
    mlp_ratio: ratio.default(MLP_RATIO),
    image_size: count.default(224),
    patch_size: count.default(14),
    layer_norm_eps: ratio.default(1e-6),
    hidden_act: z.literal("gelu").default("gelu"),
    qkv_bias: z.literal(true).default(true),
    use_swiglu_ffn: z.literal(false).default(false),
    apply_layernorm: z.literal(true).default(true),
    /** Counted from 1: 0 is the embedding. */
    out_indices: four.optional(),
    out_features: z
      .array(z.string().regex(/^stage\d+$/))
      .length(4)
      .optional(),
  }),
});

/**
 * Reads a model configuration in the official snake_case form or as a Hugging Face `config.json`; keys
 * that are missing take the defaults of their own ecosystem.
 * A Hugging Face file does not say V1 or V2: four last blocks in a row are read as V1.
 * @param name where the JSON came from, for messages.
 * @throws DepthError `bad-file` naming each wrong key, or when the file holds nothing but `model_type`.
 */
export function parseModelConfig(json: unknown, name: string): DepthAnythingConfig {
  const fields = new Set(Object.keys(json ?? {}));
  const isHuggingFace = fields.has("model_type") || fields.has("backbone_config");
  if (isHuggingFace && !fields.has("backbone_config"))
    throw new DepthError(
      "bad-file",
      `${name} does not describe its network: it has no backbone_config (some ONNX repositories keep model_type alone). ` +
        'Name the model instead, for example "small-v2", or pass a full configuration.',
    );
  const config = isHuggingFace
    ? fromHuggingFace(parseWith(huggingFaceSchema, json, name), name)
    : fromOfficial(parseWith(officialSchema, json, name));
  checkConfig(config, name);
  return config;
}

function parseWith<T>(schema: z.ZodType<T>, json: unknown, name: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new DepthError(
    "bad-file",
    `${name} is not a usable Depth Anything configuration:\n${z.prettifyError(result.error)}`,
    { cause: result.error },
  );
}

function fromOfficial(json: z.output<typeof officialSchema>): DepthAnythingConfig {
  return {
    embedDim: json.embed_dim,
    depth: json.depth,
    numHeads: json.num_heads,
    mlpRatio: json.mlp_ratio,
    patchSize: json.patch_size,
    imageSize: json.img_size,
    features: json.features,
    outChannels: json.out_channels,
    headFeatures: json.head_features_2,
    layers: json.layers,
    kind: json.kind,
    ...(json.kind === "v2metric" && json.max_depth !== undefined && { maxDepthMetres: json.max_depth }),
    layerNormEps: json.layernorm_eps,
    interpolateOffset: json.interpolate_offset,
  };
}

function fromHuggingFace(json: z.output<typeof huggingFaceSchema>, name: string): DepthAnythingConfig {
  const backbone = json.backbone_config;
  const stages = backbone.out_indices ?? backbone.out_features?.map((stage) => Number(stage.slice(5)));
  if (stages === undefined) throw badConfig(name, "backbone_config has neither out_indices nor out_features");
  if ((json.reassemble_hidden_size ?? backbone.hidden_size) !== backbone.hidden_size)
    throw badConfig(
      name,
      `reassemble_hidden_size ${json.reassemble_hidden_size} differs from hidden_size ${backbone.hidden_size}`,
    );
  if (backbone.patch_size !== json.patch_size)
    throw badConfig(name, `patch_size is ${json.patch_size} but ${backbone.patch_size} in backbone_config`);
  const layers = stages.map((stage) => stage - 1);
  const lastFour = layers.every((layer, i) => layer === backbone.num_hidden_layers - 4 + i);
  return {
    embedDim: backbone.hidden_size,
    depth: backbone.num_hidden_layers,
    numHeads: backbone.num_attention_heads,
    mlpRatio: backbone.mlp_ratio,
    patchSize: backbone.patch_size,
    imageSize: backbone.image_size,
    features: json.fusion_hidden_size,
    outChannels: json.neck_hidden_sizes,
    headFeatures: json.head_hidden_size,
    layers,
    ...(json.depth_estimation_type === "metric"
      ? { kind: "v2metric", maxDepthMetres: json.max_depth ?? 1 }
      : { kind: lastFour ? "v1" : "v2" }),
    layerNormEps: backbone.layer_norm_eps,
    interpolateOffset: 0.1,
  };
}

/** What no single key can show to be wrong. */
function checkConfig(config: DepthAnythingConfig, name: string): void {
  const { embedDim, numHeads, imageSize, patchSize, layers, depth, features } = config;
  if (embedDim % numHeads !== 0) throw badConfig(name, `${embedDim} channels cannot be split into ${numHeads} heads`);
  if (imageSize % patchSize !== 0) throw badConfig(name, `image size ${imageSize} is not a multiple of ${patchSize}`);
  if (features % 2 !== 0) throw badConfig(name, `the decoder's ${features} features must be an even number`);
  if (!Number.isInteger(embedDim * config.mlpRatio))
    throw badConfig(name, `mlp_ratio ${config.mlpRatio} gives a broken width`);
  if (layers.some((layer, i) => layer >= depth || layer <= (layers[i - 1] ?? -1)))
    throw badConfig(name, `tapped blocks ${layers.join(", ")} must rise and lie in 0..${depth - 1} (${depth} blocks)`);
  if (config.kind === "v2metric" && config.maxDepthMetres === undefined)
    throw badConfig(name, "a metric model needs max_depth (metres; 20 for the official indoor models, 80 outdoor)");
}

function badConfig(name: string, problem: string): DepthError {
  return new DepthError("bad-file", `${name} is not a usable Depth Anything configuration: ${problem}.`);
}
