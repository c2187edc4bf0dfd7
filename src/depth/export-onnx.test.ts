import { describe, expect, test } from "vitest";
import { relativeError } from "../../test/golden-file.ts";
import { goldenModels } from "../../test/golden-models.ts";
import { decodeOnnx } from "../graph/onnx-decode.ts";
import type { Tensor } from "../graph/tensor.ts";
import { openSession } from "../runtime/session.ts";
import { exportOnnx } from "./export-onnx.ts";
import { loadNetwork } from "./load-model.node.ts";

const models = goldenModels().filter(({ tag }) => tag.includes("tiny"));

describe.each(models.map((model) => [model.tag, model] as const))("%s", (_, { configPath, weightsPath, cases }) => {
  test.each([
    ["float32", 1e-5],
    ["float16", 1e-2],
  ] as const)("exported as %s computes the official numbers", async (precision, tolerance) => {
    const network = await loadNetwork({ config: configPath, weights: weightsPath });
    const session = await openSession(exportOnnx(network, { precision }), "exported", { threads: 1 });
    for (const stages of cases.values()) {
      const { predicted_depth: depth } = await session.run({ pixel_values: stages.get("input") as Tensor });
      const expected = stages.get("depth") as Tensor<"float32">;
      expect([depth?.dtype, depth?.dims]).toEqual(["float32", expected.dims]);
      expect(relativeError(depth?.data as Float32Array, expected.data)).toBeLessThan(tolerance);
    }
    await session.dispose();
  });
});

test("the file says what it holds, in half the bytes with halves", async () => {
  const [model] = models;
  const network = await loadNetwork({ config: model?.configPath as string, weights: model?.weightsPath as string });
  const full = exportOnnx({ ...network, info: { ...network.info, maxInputSide: 700, licence: "MIT" } });
  const half = exportOnnx(network, { precision: "float16" });
  const { metadata, graph } = decodeOnnx(full, "full.onnx");
  expect(metadata).toEqual({
    ...{ model: "custom", kind: "disparity", multiple: "14", input_size: "518", max_input_side: "700", licence: "MIT" },
    ...{ mean: "0.485,0.456,0.406", std: "0.229,0.224,0.225" },
  });
  expect(graph.inputs.map(({ name, dtype }) => [name, dtype])).toEqual([["pixel_values", "float32"]]);
  const halves = decodeOnnx(half, "half.onnx");
  expect(halves.metadata.licence).toBeUndefined();
  expect([...halves.weights.values()].every(({ dtype }) => dtype === "float16")).toBe(true);
  const bytes = (weights: ReadonlyMap<string, Tensor>) =>
    [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  expect(bytes(halves.weights) * 2).toBe(
    [...network.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0),
  );
});
