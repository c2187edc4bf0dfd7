import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { elementCount } from "../../graph/tensor.ts";
import { fromHalfBits } from "../../util/float16.ts";
import { parseTflite } from "../../weights/tflite.ts";
import { readMobileNetV2 } from "./mobilenet-v2-tflite.ts";

const path = new URL(
  "../../../node_modules/@mediapipe/objectron/objectron_solution_packed_assets.data",
  import.meta.url,
);
const bytes = readFileSync(fileURLToPath(path));

describe("readMobileNetV2", () => {
  const weights = readMobileNetV2(bytes);

  it("finds the stem and 17 blocks, 1.81 M parameters", () => {
    // torchvision's mobilenet_v2 has 2,223,872 up to its pooling; less Conv_1 (320 * 1280 + 2 * 1280) and, each
    // batch norm being folded, less one of its two vectors (17,056 - 1,280 channels have one in the backbone).
    const total = [...weights.values()].reduce((sum, { dims }) => sum + elementCount(dims), 0);
    expect(total).toBe(2_223_872 - 320 * 1280 - 2 * 1280 - (17_056 - 1_280));
    expect(weights.size).toBe(2 * (1 + 17 * 3 - 1));
    expect(weights.has("encoder.blocks.0.expand.weight")).toBe(false);
    expect(weights.get("encoder.stem.conv.weight")?.dims).toEqual([32, 3, 3, 3]);
    expect(weights.get("encoder.blocks.16.depthwise.weight")?.dims).toEqual([960, 1, 3, 3]);
    expect(weights.get("encoder.blocks.16.project.weight")?.dims).toEqual([320, 960, 1, 1]);
    for (const { data } of weights.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it("transposes to PyTorch layout", () => {
    const { tensors, operators } = parseTflite(bytes.subarray(184), "assets");
    const conv = operators.find(({ opcode }) => opcode === "CONV_2D");
    const depthwise = operators.find(({ opcode }) => opcode === "DEPTHWISE_CONV_2D");
    const stored = (id: number | undefined) =>
      tensors[operators.find(({ outputs }) => outputs[0] === id)?.inputs[0] ?? -1]?.data ?? new Uint8Array();
    const half = (data: Uint8Array, i: number) =>
      fromHalfBits((data[2 * i] as number) | ((data[2 * i + 1] as number) << 8));
    const stem = stored(conv?.inputs[1]);
    const first = stored(depthwise?.inputs[1]);
    // Output 5, input 1, row 2, column 0 of the stem; channel 7, row 1, column 2 of the first depthwise.
    expect(weights.get("encoder.stem.conv.weight")?.data[(5 * 3 + 1) * 9 + 6]).toBe(half(stem, (5 * 9 + 6) * 3 + 1));
    expect(weights.get("encoder.blocks.0.depthwise.weight")?.data[7 * 9 + 5]).toBe(half(first, 5 * 32 + 7));
  });

  it("refuses a damaged file", () => {
    expect(() => readMobileNetV2(bytes.subarray(0, 5_000_000))).toThrow(/not a valid TFLite file/);
  });
});
