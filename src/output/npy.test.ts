import fc from "fast-check";
import { expect, test } from "vitest";
import { DepthError } from "../util/errors.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";

const array = { dims: [2, 3], data: Float32Array.of(0, 1.5, -2, Number.NaN, Number.POSITIVE_INFINITY, 3e-39) };

test("the bytes are those numpy.save writes", () => {
  const bytes = encodeNpy(array);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  expect(bytes.length).toBe(128 + 24);
  expect(Buffer.from(bytes.subarray(0, 10)).toString("hex")).toBe("934e554d505901007600");
  expect(Buffer.from(bytes.subarray(10, 128)).toString("latin1")).toBe(`${header.padEnd(117)}\n`);
  expect(new DataView(bytes.buffer).getFloat32(128 + 4, true)).toBe(1.5);
});

test("what was written is read back, whatever the shape", () => {
  expect(decodeNpy(encodeNpy(array), "a.npy")).toEqual(array);
  for (const dims of [[6], [1, 2, 3], [0], []]) {
    const data = array.data.subarray(
      0,
      dims.reduce((product, dim) => product * dim, 1),
    );
    expect(decodeNpy(encodeNpy({ dims, data }), "a.npy")).toEqual({ dims, data });
  }
});

test("format version 2 and bytes at odd addresses are read", () => {
  const bytes = encodeNpy(array);
  const wide = new Uint8Array(bytes.length + 3);
  wide.set(bytes.subarray(0, 8), 1);
  wide.set([2, 0, bytes[8] as number, bytes[9] as number, 0, 0], 7);
  wide.set(bytes.subarray(10), 13);
  expect(decodeNpy(wide.subarray(1), "a.npy")).toEqual(array);
});

test.each<[name: string, change: (text: string) => string, code: string, message: RegExp]>([
  ["other elements", (text) => text.replace("<f4", "<f8"), "unsupported", /a\.npy holds <f8 in C order/],
  ["Fortran order", (text) => text.replace("False", "True "), "unsupported", /Fortran order/],
  ["a larger shape", (text) => text.replace("(2, 3)", "(9, 9)"), "bad-file", /shape \(9, 9\) needs 452 bytes, got 152/],
  ["no shape", (text) => text.replace("shape", "sharp"), "bad-file", /cannot read its header/],
  ["a cut header", (text) => text.slice(0, 40), "bad-file", /header should end at byte 128 of 40/],
  ["cut data", (text) => text.slice(0, -1), "bad-file", /got 151/],
  ["another file", () => "PK\x03\x04 something else", "bad-file", /does not begin with/],
  ["nothing", () => "", "bad-file", /does not begin with/],
])("refuses %s", (_name, change, code, message) => {
  const text = Buffer.from(encodeNpy(array)).toString("latin1");
  const read = () => decodeNpy(Buffer.from(change(text), "latin1"), "a.npy");
  expect(read).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

test("damage anywhere gives an array or a DepthError, nothing else", () => {
  const bytes = encodeNpy(array);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
      const damaged = bytes.slice(0, length);
      damaged[at] = value;
      try {
        expect(decodeNpy(damaged, "a.npy").data.length).toBeLessThan(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DepthError);
      }
    }),
    { seed: 1 },
  );
});
