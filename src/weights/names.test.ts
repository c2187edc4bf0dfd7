import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { elementCount, float32, type Tensor } from "../graph/tensor.ts";
import { hasHuggingFaceNames, toHuggingFaceNames, toOriginalNames } from "./names.ts";

const list = readFileSync(new URL("../../test/golden/state_dict_v1_small.txt", import.meta.url), "utf8");

/** Every parameter of V1 Small, each with its own values; the large ones shrunk to D = 2. */
const original = new Map<string, Tensor>(
  list
    .trim()
    .split("\n")
    .map((line, i) => {
      const [name = ""] = line.split("\t");
      const dims = name.includes("qkv.weight") ? [6, 2] : name.includes("qkv.bias") ? [6] : [2];
      return [
        name,
        float32(
          dims,
          Float32Array.from({ length: elementCount(dims) }, (_, k) => 100 * i + k),
        ),
      ];
    }),
);

describe("names", () => {
  const huggingFace = toHuggingFaceNames(original);

  it("translates every parameter of V1 Small there and back", () => {
    expect(original.size).toBeGreaterThan(200);
    // Each of 12 blocks has one qkv weight and one bias, each becoming three.
    expect(huggingFace.size).toBe(original.size + 12 * 2 * 2);
    for (const name of huggingFace.keys()) expect(name).toMatch(/^(backbone|neck|head)\./);
    expect([...huggingFace.keys()].filter((name) => original.has(name))).toEqual([]);
    expect(Object.fromEntries(toOriginalNames(huggingFace))).toEqual(Object.fromEntries(original));
    expect(hasHuggingFaceNames(huggingFace.keys())).toBe(true);
    expect(hasHuggingFaceNames(original.keys())).toBe(false);
  });

  it.each([
    ["pretrained.pos_embed", "backbone.embeddings.position_embeddings"],
    ["pretrained.patch_embed.proj.bias", "backbone.embeddings.patch_embeddings.projection.bias"],
    ["pretrained.blocks.11.ls2.gamma", "backbone.encoder.layer.11.layer_scale2.lambda1"],
    ["pretrained.blocks.3.attn.proj.weight", "backbone.encoder.layer.3.attention.output.dense.weight"],
    ["depth_head.resize_layers.3.weight", "neck.reassemble_stage.layers.3.resize.weight"],
    ["depth_head.scratch.layer4_rn.weight", "neck.convs.3.weight"],
    ["depth_head.scratch.refinenet1.out_conv.bias", "neck.fusion_stage.layers.3.projection.bias"],
    [
      "depth_head.scratch.refinenet4.resConfUnit1.conv2.weight",
      "neck.fusion_stage.layers.0.residual_layer1.convolution2.weight",
    ],
    ["depth_head.scratch.output_conv2.2.bias", "head.conv3.bias"],
    ["something.else.5.weight", "something.else.5.weight"],
  ])("%s is %s", (from, to) => {
    const tensor = float32([1]);
    expect([...toHuggingFaceNames(new Map([[from, tensor]]))]).toEqual([[to, tensor]]);
    expect([...toOriginalNames(new Map([[to, tensor]]))]).toEqual([[from, tensor]]);
  });

  it("splits qkv in the order query, key, value", () => {
    const parts = toHuggingFaceNames(
      new Map([["pretrained.blocks.1.attn.qkv.bias", float32([6], [1, 2, 3, 4, 5, 6])]]),
    );
    const at = "backbone.encoder.layer.1.attention.attention";
    expect([...parts]).toEqual([
      [`${at}.query.bias`, float32([2], [1, 2])],
      [`${at}.key.bias`, float32([2], [3, 4])],
      [`${at}.value.bias`, float32([2], [5, 6])],
    ]);
    parts.delete(`${at}.key.bias`);
    expect(() => toOriginalNames(parts)).toThrow(/query.bias: the key and the value/);
    expect(() => toHuggingFaceNames(new Map([["pretrained.blocks.1.attn.qkv.bias", float32([4])]]))).toThrow(
      /of 3 rows/,
    );
  });
});
