import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readZip } from "./zip.ts";

const content = new TextEncoder().encode("some text, some text, some text");

/** An archive of one stored file whose sizes and offsets all stand in zip64 fields. */
function zip64(): Uint8Array {
  const out: number[] = [];
  const put = (size: number, ...values: number[]) => {
    for (const value of values) for (let i = 0; i < size; i++) out.push(Math.floor(value / 256 ** i) & 255);
  };
  put(4, 0x04034b50);
  put(2, 45, 0, 0, 0, 0);
  put(4, 0, 0xffffffff, 0xffffffff);
  put(2, 1, 20, 0x61 | (1 << 8)); // name length, extra length; "a" and the low byte of the extra field's id 1
  out.pop();
  put(2, 1, 16);
  put(8, content.length, content.length);
  out.push(...content);
  const directory = out.length;
  put(4, 0x02014b50);
  put(2, 45, 45, 0, 0, 0, 0);
  put(4, 0, 0xffffffff, 0xffffffff);
  put(2, 1, 32, 0, 0, 0);
  put(4, 0, 0xffffffff);
  out.push(0x61);
  put(2, 0x5455, 0, 1, 24); // another extra field first
  put(8, content.length, content.length, 0);
  const end = out.length;
  put(4, 0x06064b50);
  put(8, 44);
  put(2, 45, 45);
  put(4, 0, 0);
  put(8, 1, 1, end - directory, directory);
  put(4, 0x07064b50, 0);
  put(8, end);
  put(4, 1, 0x06054b50);
  put(2, 0xffff, 0xffff, 0xffff, 0xffff);
  put(4, 0xffffffff, 0xffffffff);
  put(2, 0);
  return Uint8Array.from(out);
}

describe("readZip", () => {
  it("reads stored entries as views and deflated ones as new arrays", () => {
    const bytes = zipSync({ stored: [content, { level: 0 }], deflated: [content, { level: 9 }] });
    const entries = readZip(bytes, "x.zip");
    expect([...entries.keys()]).toEqual(["stored", "deflated"]);
    for (const [name, entry] of entries) {
      expect(entry.read()).toEqual(content);
      expect(entry.deflated).toBe(name === "deflated");
      expect(entry.read().buffer === bytes.buffer).toBe(name === "stored");
    }
  });

  it("reads zip64", () => {
    expect(readZip(zip64(), "x.zip").get("a")?.read()).toEqual(content);
  });

  it("finds the end record before a comment", () => {
    const bytes = zipSync({ a: content }, { comment: "x".repeat(1000) });
    expect(readZip(bytes, "x.zip").get("a")?.read()).toEqual(content);
  });

  const directory = (bytes: Uint8Array) => bytes.length - 22 - 46 - 1; // of an archive of one file named "a"
  const altered = (field: number, value: number, level: 0 | 9 = 0) => {
    const bytes = zipSync({ a: content }, { level });
    new DataView(bytes.buffer).setUint32(directory(bytes) + field, value, true);
    return bytes;
  };
  it.each([
    ["a size that deflate cannot reach", altered(24, 2 ** 31, 9), /states 2147483648 bytes/],
    ["a size too small", altered(24, 10, 9), /has 11 bytes, 10 expected/],
    ["a size too large", altered(24, 100, 9), /has 31 bytes, 100 expected/],
    ["a stored size that differs", altered(24, 10), /has 31 bytes, 10 expected/],
    ["data past the end", altered(20, 1000), /file is probably cut off/],
    ["a header elsewhere", altered(42, 3), /"a" has no header/],
    ["encryption", altered(8, 1), /"a" is encrypted/],
    ["another method", altered(10, 12), /compressed by method 12/],
    ["no end", zipSync({ a: content }).slice(0, -1), /end record is missing/],
    ["no directory", zipSync({ a: content }).fill(0, -69, -60), /directory entry 1 of 1 is missing/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => readZip(bytes, "x.zip").get("a")?.read()).toThrow(message);
    expect(() => readZip(bytes, "x.zip").get("a")?.read()).toThrow(/^x\.zip: /);
  });
});
