import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type TensorProtoSchema, TensorProto_DataType as Type } from "onnx-buf";
import { describe, expect, it } from "vitest";
import { expectSafeReader } from "../../test/support/hostile-bytes.ts";
import { parseOnnxInitializers } from "./onnx-initializers.ts";

type Init = MessageInitShape<typeof TensorProtoSchema>;
const model = (...initializer: Init[]) =>
  toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, graph: { name: "g", initializer } }));
const rawData = new Uint8Array(Float32Array.of(1, 2).buffer);

describe("parseOnnxInitializers", () => {
  it.each<[string, Init, unknown]>([
    ["raw float", { dataType: Type.FLOAT, rawData }, Float32Array.of(1, 2)],
    ["raw half", { dataType: Type.FLOAT16, rawData: rawData.subarray(0, 4) }, Uint16Array.of(0, 0x3f80)],
    ["float", { dataType: Type.FLOAT, floatData: [1, 2] }, Float32Array.of(1, 2)],
    ["double", { dataType: Type.DOUBLE, doubleData: [1, 2] }, Float64Array.of(1, 2)],
    ["half", { dataType: Type.FLOAT16, int32Data: [0x3c00, 0xc000] }, Uint16Array.of(0x3c00, 0xc000)],
    ["bfloat16", { dataType: Type.BFLOAT16, int32Data: [1, 2] }, Uint16Array.of(1, 2)],
    ["int64", { dataType: Type.INT64, int64Data: [-1n, 2n] }, BigInt64Array.of(-1n, 2n)],
    ["int32", { dataType: Type.INT32, int32Data: [-1, 2] }, Int32Array.of(-1, 2)],
    ["int8", { dataType: Type.INT8, int32Data: [-1, 2] }, Int8Array.of(-1, 2)],
    ["bool", { dataType: Type.BOOL, int32Data: [1, 0] }, Uint8Array.of(1, 0)],
    ["uint32", { dataType: Type.UINT32, uint64Data: [1n, 4294967295n] }, Uint32Array.of(1, 4294967295)],
    ["uint64", { dataType: Type.UINT64, uint64Data: [1n, 2n] }, BigUint64Array.of(1n, 2n)],
  ])("reads %s data", (_, init, data) => {
    const tensor = parseOnnxInitializers(model({ name: "w", dims: [1n, 2n], ...init }), "x.onnx").get("w");
    expect(tensor?.dims).toEqual([1, 2]);
    expect(tensor?.data).toEqual(data);
  });

  const good: Init = { name: "w", dims: [2n], dataType: Type.FLOAT, rawData };
  const external = { dataLocation: 1, externalData: [{ key: "location", value: "w.bin" }], rawData: new Uint8Array() };
  it.each([
    ["data elsewhere", model({ ...good, ...external }), /"w" keeps its data in another file \("w.bin"\)/],
    ["a wrong size", model({ ...good, dims: [3n] }), /"w" is float32 \[3\], but the file holds 8 bytes/],
    ["a negative dimension", model({ ...good, dims: [-1n, -2n] }), /is float32 \[-1, -2\], but/],
    ["an absurd shape", model({ ...good, dims: [2n ** 62n, 2n ** 62n] }), /but the file holds 8/],
    ["4-bit integers", model({ ...good, dataType: Type.INT4 }), /"w" has ONNX element type 22/],
    ["an unknown type", model({ ...good, dataType: 99 }), /element type 99/],
    ["a name twice", model(good, good), /"w" occurs twice/],
    ["no graph", toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n })), /holds no graph/],
    ["a file cut off", model(good).slice(0, -3), /not a readable ONNX file/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parseOnnxInitializers(bytes, "x.onnx")).toThrow(message);
    expect(() => parseOnnxInitializers(bytes, "x.onnx")).toThrow(/^x\.onnx/);
  });

  it("meets hostile bytes with a DepthError", () => {
    const typed: Init = { name: "i", dims: [2n], dataType: Type.INT64, int64Data: [1n, 2n] };
    expectSafeReader((bytes) => parseOnnxInitializers(bytes, "hostile.bin"), model(good, typed));
  });
});
