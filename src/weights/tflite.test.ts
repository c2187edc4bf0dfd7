import { Builder } from "flatbuffers";
import { describe, expect, it } from "vitest";
import { expectSafeReader } from "../../test/support/hostile-bytes.ts";
import { parseTflite } from "./tflite.ts";

/** A graph of one DEQUANTIZE from a float16 constant [2] to a float32 tensor. */
function tiny(): Uint8Array {
  const b = new Builder(256);
  const offsets = (...items: number[]) => {
    b.startVector(4, items.length, 4);
    for (const item of items.toReversed()) b.addOffset(item);
    return b.endVector();
  };
  const ints = (...items: number[]) => {
    b.startVector(4, items.length, 4);
    for (const item of items.toReversed()) b.addInt32(item);
    return b.endVector();
  };
  const table = (fields: number, fill: () => void) => {
    b.startObject(fields);
    fill();
    return b.endObject();
  };
  const data = b.createByteVector(Uint8Array.of(0, 0x3c, 0, 0xc0));
  const buffers = offsets(
    table(1, () => {}),
    table(1, () => b.addFieldOffset(0, data, 0)),
  );
  const tensor = (label: string, type: number, buffer: number) => {
    const [shape, name] = [ints(2), b.createString(label)];
    return table(4, () => {
      b.addFieldOffset(0, shape, 0);
      b.addFieldInt8(1, type, 0);
      b.addFieldInt32(2, buffer, 0);
      b.addFieldOffset(3, name, 0);
    });
  };
  const tensors = offsets(tensor("half", 1, 1), tensor("full", 0, 0));
  const [inputs, outputs] = [ints(0), ints(1)];
  const operator = table(3, () => {
    b.addFieldOffset(1, inputs, 0);
    b.addFieldOffset(2, outputs, 0);
  });
  const operators = offsets(operator);
  const graph = table(4, () => {
    b.addFieldOffset(0, tensors, 0);
    b.addFieldOffset(3, operators, 0);
  });
  const graphs = offsets(graph);
  const code = table(4, () => b.addFieldInt8(0, 6, 0));
  const codes = offsets(code);
  const model = table(5, () => {
    b.addFieldInt32(0, 3, 0);
    b.addFieldOffset(1, codes, 0);
    b.addFieldOffset(2, graphs, 0);
    b.addFieldOffset(4, buffers, 0);
  });
  b.finish(model, "TFL3");
  return b.asUint8Array();
}

describe("parseTflite", () => {
  it("reads tensors and operators", () => {
    expect(parseTflite(tiny(), "x")).toEqual({
      tensors: [
        { name: "half", dims: [2], dtype: "float16", data: Uint8Array.of(0, 0x3c, 0, 0xc0) },
        { name: "full", dims: [2], dtype: "float32", data: new Uint8Array() },
      ],
      operators: [{ opcode: "DEQUANTIZE", inputs: [0], outputs: [1] }],
    });
  });

  it("refuses other files", () => {
    expect(() => parseTflite(new Uint8Array(100), "x.tflite")).toThrow(/x.tflite: not a TFLite file/);
  });

  it("meets hostile bytes with a DepthError", () => {
    expectSafeReader((bytes) => parseTflite(bytes, "hostile.bin"), Uint8Array.from(tiny()));
  });
});
