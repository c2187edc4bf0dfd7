import { describe, expect, it } from "vitest";
import { allBad, badPictureLimit, isBadPicture, replacementIndex } from "./bad-pictures.ts";

const skipped = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ source: `set/${i}`, reason: `/pictures/${i}.jpg cannot be decoded.` }));

describe("replacementIndex", () => {
  it("is the sample itself first and then every other one once", () => {
    for (const length of [1, 2, 3, 4, 6, 10, 97, 100])
      for (const index of [0, length - 1]) {
        const tried = Array.from({ length }, (_, attempt) => replacementIndex(index, attempt, length));
        expect(tried[0]).toBe(index);
        expect(new Set(tried).size).toBe(length);
        expect(Math.min(...tried)).toBe(0);
        expect(Math.max(...tried)).toBe(length - 1);
      }
  });

  it("leaves a damaged stretch of a large dataset at once", () => {
    const tried = [1, 2, 3, 4].map((attempt) => replacementIndex(5000, attempt, 100_000));
    for (const index of tried) expect(Math.abs(index - 5000)).toBeGreaterThan(10_000);
  });
});

describe("badPictureLimit", () => {
  it("takes up to the share, and more while few were tried", () => {
    const limit = badPictureLimit(0.05);
    expect(() => limit.count(16, skipped(4))).not.toThrow();
    expect(() => limit.count(64, skipped(1))).not.toThrow();
    expect(() => limit.count(15, [])).not.toThrow(); // 5 of 100
    expect(() => limit.count(9, skipped(1))).toThrow(
      expect.objectContaining({
        code: "bad-file",
        message: expect.stringMatching(/^6 of 110 pictures .* allowed 5 %.*\/pictures\/0\.jpg.*maxBadShare/),
      }),
    );
  });
});

it("errors of a file are about one picture, others about the run", () => {
  expect(["bad-file", "not-found", "too-large", "unsupported", "io"].every((code) => isBadPicture(code as "io"))).toBe(
    true,
  );
  expect(["bad-argument", "bad-state", "aborted"].some((code) => isBadPicture(code as "aborted"))).toBe(false);
});

it("a row of bad pictures is reported with every reason", () => {
  expect(allBad(skipped(2)).message).toMatch(/2 pictures, one after the other.*set\/0: .*set\/1: .*cannot be decoded/s);
});
