import fc from "fast-check";
import { expect } from "vitest";
import { DepthError } from "../../src/util/errors.ts";

/** Ways to damage a file: cut it, flip bytes, and write lengths and offsets that lie. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.nat(bytes.length - 1);
  const number = fc.constantFrom(0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);
  const edit = fc.oneof(
    fc.tuple(position, fc.integer({ min: 0, max: 255 })).map(([at, value]) => (copy: Uint8Array) => {
      copy[at] = value;
    }),
    fc.tuple(position, number).map(([at, value]) => (copy: Uint8Array) => {
      if (at + 4 <= copy.length) new DataView(copy.buffer).setUint32(at, value, true);
    }),
    fc.tuple(position, number).map(([at, value]) => (copy: Uint8Array) => {
      if (at + 8 <= copy.length) new DataView(copy.buffer).setBigUint64(at, BigInt(value) << 24n, true);
    }),
    fc.tuple(position, position, fc.nat(40)).map(([to, from, size]) => (copy: Uint8Array) => {
      copy.copyWithin(to, from, from + size);
    }),
  );
  return fc.tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.option(position)).map(([edits, end]) => {
    const copy = Uint8Array.from(bytes);
    for (const apply of edits) apply(copy);
    return end === null ? copy : copy.slice(0, end);
  });
}

/**
 * Tries a reader on every prefix of a file and on many damaged copies: it may succeed or throw a DepthError,
 * quickly and without taking much memory, and nothing else.
 */
export function expectSafeReader(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array, runs = 1500): void {
  const attempt = (candidate: Uint8Array) => {
    const start = performance.now();
    try {
      read(candidate);
    } catch (error) {
      if (!(error instanceof DepthError)) throw error;
      expect(error.message).toContain("hostile.bin");
    }
    expect(performance.now() - start).toBeLessThan(2000);
  };
  const before = process.memoryUsage().arrayBuffers;
  for (let end = 0; end < bytes.length; end++) attempt(bytes.slice(0, end));
  fc.assert(fc.property(damaged(bytes), attempt), { numRuns: runs, seed: 7 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 29);
}
