import { describe, expect, test } from "vitest";
import { goldenJson } from "../../test/golden-file.ts";
import { type DepthAnythingConfig, officialConfig } from "./config.ts";
import { findModel } from "./find-model.ts";
import type { DepthAnythingRow } from "./model-row.ts";
import { parseModelConfig } from "./parse-config.ts";

const rowConfig = (id: string) => officialConfig(findModel(id) as DepthAnythingRow);

describe("the official form", () => {
  const shared = {
    mlpRatio: 4,
    patchSize: 14,
    imageSize: 70,
    headFeatures: 32,
    layerNormEps: 1e-6,
    interpolateOffset: 0.1,
  };
  const tiny = {
    embedDim: 32,
    depth: 4,
    numHeads: 2,
    features: 16,
    outChannels: [8, 16, 24, 32],
    layers: [0, 1, 2, 3],
  };
  const deep = { embedDim: 16, depth: 12, numHeads: 2, features: 8, outChannels: [4, 8, 12, 16] };
  const cases: readonly [string, DepthAnythingConfig][] = [
    ["v1_tiny_seed0", { ...shared, ...tiny, kind: "v1" }],
    ["v2_tiny_seed0", { ...shared, ...tiny, kind: "v2" }],
    ["v2metric_tiny_seed0", { ...shared, ...tiny, kind: "v2metric", maxDepthMetres: 20 }],
    ["v1_d12_seed0", { ...shared, ...deep, kind: "v1", layers: [8, 9, 10, 11] }],
    ["v2_d12_seed0", { ...shared, ...deep, kind: "v2", layers: [2, 5, 8, 11] }],
  ];
  test.each(cases)("%s", (name, expected) => {
    expect(parseModelConfig(goldenJson(`${name}_config.json`), name)).toEqual(expected);
  });

  test.each<[string, object, RegExp]>([
    ["a missing key", { embed_dim: undefined }, /embed_dim/],
    ["a variant the graph does not have", { use_clstoken: true }, /use_clstoken/],
    ["registers", { num_register_tokens: 4 }, /num_register_tokens/],
    ["a width that heads do not divide", { num_heads: 3 }, /32 channels.*3 heads/],
    ["a block that is not there", { layers: [0, 1, 2, 4] }, /0, 1, 2, 4.*0\.\.3/],
    ["blocks out of order", { layers: [0, 2, 1, 3] }, /must rise/],
    ["a picture of broken patches", { img_size: 71 }, /71 is not a multiple of 14/],
    ["a huge size", { embed_dim: 2 ** 40 }, /embed_dim/],
    ["a metric model without a range", { kind: "v2metric" }, /max_depth/],
  ])("refuses %s by name", (_, change, message) => {
    const json = { ...goldenJson<object>("v1_tiny_seed0_config.json"), ...change };
    expect(() => parseModelConfig(json, "tiny.json")).toThrow(message);
    expect(() => parseModelConfig(json, "tiny.json")).toThrow(/^tiny\.json is not/);
  });

  test.each([[null], [3], ["text"], [[]]])("refuses %j", (json) => {
    expect(() => parseModelConfig(json, "a.json")).toThrow(/^a\.json is not a usable/);
  });
});

describe("a Hugging Face config.json", () => {
  const large = {
    model_type: "depth_anything",
    architectures: ["DepthAnythingForDepthEstimation"],
    reassemble_hidden_size: 1024,
    reassemble_factors: [4, 2, 1, 0.5],
    neck_hidden_sizes: [256, 512, 1024, 1024],
    fusion_hidden_size: 256,
    backbone_config: {
      model_type: "dinov2",
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      image_size: 518,
      out_indices: [21, 22, 23, 24],
    },
  };
  const small = {
    model_type: "depth_anything",
    depth_estimation_type: "relative",
    max_depth: null,
    backbone_config: { hidden_size: 384, num_attention_heads: 6, image_size: 518, out_indices: [3, 6, 9, 12] },
  };

  test("says the same as the registry, with indices counted from 1 and keys left out", () => {
    expect(parseModelConfig(large, "config.json")).toEqual(rowConfig("large"));
    expect(parseModelConfig(small, "config.json")).toEqual(rowConfig("small-v2"));
    const metric = { ...small, depth_estimation_type: "metric", max_depth: 80 };
    expect(parseModelConfig(metric, "config.json")).toEqual(rowConfig("metric-outdoor-small-v2"));
  });

  test("may name its stages instead of counting them", () => {
    const { out_indices, ...backbone } = small.backbone_config;
    const named = { ...small, backbone_config: { ...backbone, out_features: out_indices.map((i) => `stage${i}`) } };
    expect(parseModelConfig(named, "config.json")).toEqual(rowConfig("small-v2"));
    expect(() => parseModelConfig({ ...small, backbone_config: backbone }, "config.json")).toThrow(/out_indices/);
  });

  test("a metric model without a range has one metre", () => {
    const metric = { ...small, depth_estimation_type: "metric" };
    expect(parseModelConfig(metric, "config.json").maxDepthMetres).toBe(1);
  });

  test("that holds nothing but model_type asks for the model's name", () => {
    expect(() => parseModelConfig({ model_type: "depth_anything" }, "config.json")).toThrow(
      /config\.json does not describe its network.*"small-v2"/,
    );
  });

  test.each([
    ["another model", { model_type: "dpt" }, /model_type/],
    [
      "another backbone",
      { backbone_config: { ...small.backbone_config, model_type: "swin" } },
      /backbone_config\.model_type/,
    ],
    ["a hidden size of its own", { reassemble_hidden_size: 768 }, /reassemble_hidden_size 768/],
    ["other factors", { reassemble_factors: [1, 1, 1, 1] }, /reassemble_factors/],
    ["two patch sizes", { patch_size: 16 }, /patch_size/],
  ])("refuses %s", (_, change, message) => {
    expect(() => parseModelConfig({ ...small, ...change }, "config.json")).toThrow(message);
  });
});
