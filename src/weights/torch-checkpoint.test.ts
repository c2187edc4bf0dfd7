import { readFileSync } from "node:fs";
import { type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { expectSafeReader } from "../../test/support/hostile-bytes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { bytesOf } from "../graph/tensor-bytes.ts";
import { parseSafetensors } from "./safetensors.ts";
import { parseTorchCheckpoint } from "./torch-checkpoint.ts";

const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../../test/golden/${name}`, import.meta.url)));
const ascii = (text: string) => [...new TextEncoder().encode(text)];

// Pickle opcodes by hand, as Python's pickletools lists them.
const text = (value: string) => [0x58, value.length, 0, 0, 0, ...ascii(value)];
const int = (value: number) => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];
const tuple = (...items: number[][]) => [0x28, ...items.flat(), 0x74];
const dict = (...items: number[][]) => [0x7d, 0x28, ...items.flat(), 0x75];
const global = (module: string, name: string) => [0x63, ...ascii(`${module}\n${name}\n`)];
const call = (callee: number[], ...args: number[][]) => [...callee, ...tuple(...args), 0x52];
const OrderedDict = call(global("collections", "OrderedDict"));
const none = [0x4e];
const program = (...code: number[][]) => [0x80, 2, ...code.flat(), 0x2e];

interface TensorSpec {
  type?: string;
  key?: string;
  stored?: number;
  offset?: number;
  dims: number[];
  strides: number[];
}
function tensor({ type = "FloatStorage", key = "0", stored = 6, offset = 0, dims, strides }: TensorSpec): number[] {
  const id = tuple(text("storage"), global("torch", type), text(key), text("cpu"), int(stored));
  const args = [[...id, 0x51], int(offset), tuple(...dims.map(int)), tuple(...strides.map(int)), [0x89], OrderedDict];
  return call(global("torch._utils", "_rebuild_tensor_v2"), ...args);
}

const values = Float32Array.of(1, 2, 3, 4, 5, 6);
const storage = new Uint8Array(values.buffer);
function archive(code: number[], more: Zippable = {}, level: 0 | 1 | 6 = 0): Uint8Array {
  const files = { "net/data.pkl": Uint8Array.from(code), "net/data/0": storage, "net/version": new Uint8Array([51]) };
  return zipSync({ ...files, ...more }, { level });
}
const one = (spec: TensorSpec) => program(dict(text("w"), tensor(spec)));
const parse = (bytes: Uint8Array) => parseTorchCheckpoint(bytes, "x.pth");
const whole: TensorSpec = { dims: [2, 3], strides: [3, 1] };

describe("parseTorchCheckpoint", () => {
  it("reads a file of torch.save as its safetensors twin, without copies", () => {
    const bytes = golden("v1_tiny_seed0_weights.pth");
    const tensors = parse(bytes);
    const twin = parseSafetensors(golden("v1_tiny_seed0_weights.safetensors"), "twin").tensors;
    expect([...tensors.keys()].sort()).toEqual([...twin.keys()].sort());
    for (const [name, tensor] of twin) {
      const found = tensors.get(name) as Tensor;
      expect([name, found.dtype, found.dims]).toEqual([name, tensor.dtype, tensor.dims]);
      expect(Buffer.compare(bytesOf(found), bytesOf(tensor))).toBe(0);
    }
    for (const { data } of tensors.values()) expect(data.buffer).toBe(bytes.buffer);
  });

  it.each([0, 6] as const)("reads strided tensors (deflate level %i)", (level) => {
    const code = program(
      dict(
        ...[text("whole"), tensor(whole)],
        ...[text("turned"), tensor({ dims: [3, 2], strides: [1, 3] })],
        ...[text("part"), tensor({ offset: 1, dims: [2, 2], strides: [3, 1] })],
        ...[text("spread"), tensor({ offset: 4, dims: [2, 2], strides: [0, 1] })],
        ...[text("scalar"), tensor({ offset: 5, dims: [], strides: [] })],
        ...[text("none"), tensor({ offset: 6, dims: [0, 3], strides: [3, 1] })],
      ),
    );
    const tensors = parse(archive(code, {}, level));
    const listed = [...tensors].map(([name, { dims, data }]) => [name, dims, [...(data as Float32Array)]]);
    expect(listed).toEqual([
      ["whole", [2, 3], [1, 2, 3, 4, 5, 6]],
      ["turned", [3, 2], [1, 4, 2, 5, 3, 6]],
      ["part", [2, 2], [2, 3, 5, 6]],
      ["spread", [2, 2], [5, 6, 5, 6]],
      ["scalar", [], [6]],
      ["none", [0, 3], []],
    ]);
  });

  it.each([
    ["HalfStorage", 12, "float16", Uint16Array],
    ["BFloat16Storage", 12, "bfloat16", Uint16Array],
    ["LongStorage", 3, "int64", BigInt64Array],
    ["BoolStorage", 24, "bool", Uint8Array],
  ] as const)("reads %s", (type, stored, dtype, array) => {
    const read = parse(archive(one({ type, stored, dims: [stored], strides: [1] }))).get("w");
    expect(read).toEqual({ dtype, dims: [stored], data: new array(values.buffer) });
  });

  it("finds the state dict of training checkpoints and leaves other values out", () => {
    const state = [...OrderedDict, 0x28, ...text("module.w"), ...tensor(whole), 0x75];
    const withMetadata = [...state, ...dict(text("_metadata"), dict()), 0x62];
    const optimizer = dict(
      text("state"),
      dict(int(0), dict(text("exp_avg"), tensor(whole)), int(1), tuple(none, [0x88])),
    );
    const extra = [text("epoch"), int(7), text("optimizer"), optimizer, text("lr"), [0x47, 63, 240, 0, 0, 0, 0, 0, 0]];
    for (const wrapper of ["model", "state_dict"]) {
      const tensors = parse(archive(program(dict(...extra, text(wrapper), withMetadata))));
      expect([...tensors.keys()]).toEqual(["module.w"]);
    }
    const parameter = call(global("torch._utils", "_rebuild_parameter"), tensor(whole), [0x88], OrderedDict);
    expect(parse(archive(program(dict(text("w"), parameter, text("n"), int(1))))).size).toBe(1);
  });

  it("reads the opcodes of protocols 4 and 5", () => {
    const short = (value: string) => [0x8c, value.length, ...ascii(value), 0x94];
    const stackGlobal = (module: string, name: string) => [...short(module), ...short(name), 0x93, 0x94];
    const id = tuple(short("storage"), stackGlobal("torch", "FloatStorage"), short("0"), short("cpu"), [0x4b, 6]);
    const shape = [...[0x4b, 2, 0x4b, 3, 0x86], ...[0x4b, 3, 0x4b, 1, 0x86]];
    const args = [...id, 0x51, 0x4b, 0, ...shape, 0x89, ...stackGlobal("collections", "OrderedDict"), 0x29, 0x52];
    const rebuilt = [...stackGlobal("torch._utils", "_rebuild_tensor_v2"), 0x28, ...args, 0x74, 0x52];
    const code = [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7d, 0x94, ...short("w"), ...rebuilt, 0x73, 0x2e];
    expect(parse(archive(code)).get("w")?.data).toEqual(values);
  });

  const spec = (change: Partial<TensorSpec>) => archive(one({ ...whole, ...change }));
  it.each([
    ["os.system", archive(program(call(global("os", "system"), text("true")))), /wants "os.system"/],
    ["eval in a value", archive(program(dict(text("a"), global("builtins", "eval")))), /wants "builtins.eval"/],
    ["an object to build", archive(program(none, none, [0x81])), /wants opcode 0x81/],
    [
      "a storage called",
      archive(program(call(global("torch", "FloatStorage"), int(9)))),
      /a call of torch.FloatStorage/,
    ],
    ["protocol 0", archive([0x49, 0x31, 10, 0x2e]), /wants opcode 0x49/],
    ["a missing mark", archive(program([0x74])), /byte 3: a mark is missing/],
    ["an empty stack", archive(program([0x52])), /a value is missing/],
    ["an unknown memo", archive(program([0x68, 9])), /nothing was remembered as 9/],
    ["no end", archive([0x80, 2, 0x4e]), /cut off/],
    ["no tensors", archive(program(dict(text("epoch"), int(1)))), /no state dict found among \["epoch"\]/],
    ["a list", archive(program([0x5d])), /no state dict found/],
    ["a tensor past its storage", spec({ offset: 1 }), /"w" \(\[2,3\] with strides \[3,1\] from element 1\) leaves/],
    ["strides past the storage", spec({ strides: [4, 1] }), /leaves its storage of 6/],
    ["an offset past the storage", spec({ offset: 7, dims: [0], strides: [1] }), /leaves its storage/],
    ["a negative stride", spec({ strides: [-3, 1] }), /a tensor is malformed/],
    ["too few strides", spec({ strides: [1] }), /a tensor is malformed/],
    ["an overflowing shape", spec({ dims: [2 ** 30, 2 ** 30], strides: [0, 0] }), /malformed/],
    ["a repeated element", spec({ dims: [2 ** 14, 2 ** 14], strides: [0, 0] }), /far larger than the file/],
    ["a storage of another size", spec({ stored: 7 }), /storage 0 has 24 bytes, its tensors expect 7 elements/],
    ["a missing storage", spec({ key: "1" }), /"net\/data\/1" is missing/],
    ["an unknown storage type", spec({ type: "QInt8Storage" }), /wants "torch.QInt8Storage"/],
    ["big-endian data", archive(one(whole), { "net/byteorder": new TextEncoder().encode("big") }), /big-endian/],
    ["TorchScript", archive(one(whole), { "net/constants.pkl": new Uint8Array() }), /TorchScript/],
    ["two checkpoints", archive(one(whole), { "b/data.pkl": new Uint8Array() }), /2 files named/],
    ["another zip", zipSync({ "a.npy": storage }), /0 files named/],
    ["a huge pickle", archive(Array(2 ** 21 + 1).fill(0x7d)), /its pickle has 2097153 bytes, at most 2097152/],
    ["the old format", Uint8Array.of(0x80, 2, 0x8a, 10), /before 1.6.*torch.save\(torch.load/],
    [
      "a bomb",
      archive(one({ ...whole, stored: 17 * 2 ** 20 }), { "net/data/0": new Uint8Array(68 * 2 ** 20) }, 1),
      /far larger/,
    ],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parse(bytes)).toThrow(message);
    expect(() => parse(bytes)).toThrow(/^x\.pth: /);
  });

  it.each([0, 6] as const)("meets hostile bytes with a DepthError (deflate level %i)", (level) => {
    const code = program(dict(text("w"), tensor(whole), text("t"), tensor({ dims: [3, 2], strides: [1, 3] })));
    expectSafeReader((bytes) => parseTorchCheckpoint(bytes, "hostile.bin"), archive(code, {}, level));
  });

  it("meets hostile pickles with a DepthError", () => {
    const code = program(dict(text("w"), tensor(whole), text("model"), dict(text("t"), tensor(whole), int(1), none)));
    expectSafeReader((bytes) => parseTorchCheckpoint(archive([...bytes]), "hostile.bin"), Uint8Array.from(code));
  });
});
