import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectSafeReader } from "../../test/support/hostile-bytes.ts";
import { type DType, float32, type Tensor } from "../graph/tensor.ts";
import { allocate, bytesOf } from "../graph/tensor-bytes.ts";
import { encodeSafetensors, parseSafetensors } from "./safetensors.ts";

const DTYPES = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split(
  " ",
) as DType[];

/** A file with this header (padded to 8) and this much data. */
function file(header: string, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const out = new Uint8Array(8 + json.length + dataBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  return out;
}

const slot = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

const some = new Map<string, Tensor>([
  ["b", float32([2, 3], [1, 2, 3, 4, 5, 6])],
  ["a", { dtype: "int64", dims: [], data: BigInt64Array.of(-5n) }],
  ["mask", { dtype: "bool", dims: [3], data: Uint8Array.of(1, 0, 1) }],
  ["empty", float32([0, 4])],
]);

describe("safetensors", () => {
  it("keeps tensors of every type, names and metadata", () => {
    const tensor = fc
      .tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat(4), { maxLength: 3 }), fc.nat(255))
      .map(([dtype, dims, seed]): Tensor => {
        const data = allocate(
          dtype,
          dims.reduce((a, b) => a * b, 1),
        );
        bytesOf({ dtype, dims, data }).forEach((_, i, all) => {
          all[i] = (seed + 31 * i) & 0x3f;
        });
        return { dtype, dims, data };
      });
    const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
    const files = fc.tuple(
      fc.array(fc.tuple(name, tensor)),
      fc.dictionary(fc.constantFrom("format", "x"), fc.string()),
    );
    fc.assert(
      fc.property(files, ([entries, metadata]) => {
        const tensors = new Map(entries);
        const bytes = encodeSafetensors(tensors, metadata);
        const read = parseSafetensors(bytes, "x");
        expect(Object.fromEntries(read.tensors)).toEqual(Object.fromEntries(tensors));
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(encodeSafetensors(new Map([...tensors].reverse()), metadata)).toEqual(bytes);
        for (const { data } of read.tensors.values()) expect(data.buffer).toBe(bytes.buffer); // no copies
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("copies where the address is not aligned", () => {
    const bytes = encodeSafetensors(some);
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes, 1);
    expect(parseSafetensors(moved.subarray(1), "x").tensors.get("b")).toEqual(some.get("b"));
  });

  it.each([
    ["a header past the end", file("{}").fill(0x7f, 0, 2), /header of 32639 bytes/],
    ["a header of 2^63 bytes", file("{}").fill(0x80, 7, 8), /header of 92233/],
    ["nothing", new Uint8Array(), /no header length/],
    ["bad JSON", file('{"a":'), /not JSON/],
    ["an array", file(`{"a":[]}`), /tensor "a"/],
    ["overlap", file(`{"a":${slot(0, 8)},"b":${slot(4, 12)}}`, 12), /"b" starts at byte 4, expected 8/],
    ["a hole", file(`{"a":${slot(0, 4)},"b":${slot(8, 12)}}`, 12), /"b" starts at byte 8, expected 4/],
    ["data left over", file(`{"a":${slot(0, 4)}}`, 12), /8 bytes at its end/],
    ["data cut off", file(`{"a":${slot(0, 16)}}`, 12), /ends at byte 16 of 12/],
    ["a backward range", file(`{"a":${slot(8, 0, [2])}}`, 12), /takes -8 bytes/],
    ["a wrong size", file(`{"a":${slot(0, 8, [3])}}`, 8), /F32 \[3\] but takes 8/],
    ["a negative dimension", file(`{"a":${slot(0, 8, [-1, -2])}}`, 8), /tensor "a"/],
    ["a name twice", file(`{"a":${slot(0, 4)},"\\u0061":${slot(0, 4)}}`, 4), /a key occurs twice/],
    ["a field twice", file(`{"a":{"dtype":"F16",${slot(0, 4).slice(1)}}`, 4), /a key occurs twice/],
    ["metadata twice", file(`{"__metadata__":{"a":"1","a":"2"}}`), /a key occurs twice/],
    ["metadata of numbers", file(`{"__metadata__":{"a":1}}`), /map of texts/],
    ["an unknown type", file(`{"a":${slot(0, 4, [4], "F8_E4M3")}}`, 4), /has type F8_E4M3; supported: F64/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parseSafetensors(bytes, "x.safetensors")).toThrow(message);
    expect(() => parseSafetensors(bytes, "x.safetensors")).toThrow(/^x\.safetensors: /);
  });

  it("counts keys in texts full of escapes", () => {
    const metadata = { text: '\\":"'.repeat(300_000), "": "{" };
    const read = parseSafetensors(encodeSafetensors(some, metadata), "x");
    expect({ ...read.metadata }).toEqual(metadata);
  });

  it("refuses to write data that does not fit its shape", () => {
    expect(() => encodeSafetensors(new Map([["a", float32([3], [1])]]))).toThrow(
      /"a" \(float32 \[3\] with 1 elements\)/,
    );
  });

  it("meets hostile bytes with a DepthError", () => {
    expectSafeReader((bytes) => parseSafetensors(bytes, "hostile.bin"), encodeSafetensors(some, { format: "pt" }));
  });
});
