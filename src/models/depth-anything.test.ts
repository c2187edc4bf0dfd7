import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { goldenPath } from "../../test/golden-file.ts";
import { evaluateDim } from "../graph/dim.ts";
import { elementCount } from "../graph/tensor.ts";
import { officialConfig } from "./config.ts";
import { buildDepthAnything, stateDictShapes } from "./depth-anything.ts";
import { findModel } from "./find-model.ts";
import type { DepthAnythingRow } from "./model-row.ts";

const configOf = (id: string) => officialConfig(findModel(id) as DepthAnythingRow);

test("names and shapes are those of the official checkpoint", () => {
  const lines = readFileSync(goldenPath("state_dict_v1_small.txt"), "utf8").trim().split("\n");
  const expected = lines.map((line) => {
    const [name = "", dims = ""] = line.split("\t");
    return [name, JSON.parse(dims)] as const;
  });
  expect(Object.fromEntries(stateDictShapes(configOf("small")))).toEqual(Object.fromEntries(expected));
});

test.each([
  ["small", 24_785_089, 239],
  ["base-v2", 97_470_785, 239],
  ["metric-outdoor-large-v2", 335_315_649, 407],
])("%s has %i parameters in %i tensors", (id, parameters, tensors) => {
  const shapes = [...stateDictShapes(configOf(id)).values()];
  expect(shapes).toHaveLength(tensors);
  expect(shapes.reduce((sum, dims) => sum + elementCount(dims), 0)).toBe(parameters);
});

test("the output has the size of the input, whatever it is", () => {
  const output = buildDepthAnything(configOf("small")).outputs.get("predicted_depth");
  const sizes = { batch: 2, rows: 37, columns: 49 };
  expect(output?.dims.map((dim) => evaluateDim(dim, sizes))).toEqual([2, 518, 686]);
});
