import { describe, expect, it } from "vitest";
import { EDITS, foundCuts } from "../../../test/support/edited-clips.ts";

describe("cuts", () => {
  it.each(Object.entries(EDITS))("are found where they are and nowhere else: %s", (_, make) => {
    for (const seed of [1, 2]) {
      const { frames, cuts } = make(seed);
      // Behind a fade, the first frame that shows anything begins the shot.
      const near = (a: number, b: number) => Math.abs(a - b) <= 1;
      const found = foundCuts(frames);
      expect(found.filter((frame) => !cuts.some((cut) => near(cut, frame)))).toEqual([]);
      expect(cuts.filter((cut) => !found.some((frame) => near(cut, frame)))).toEqual([]);
    }
  });

  it("are no matter of a picture without texture", () => {
    const grey = (level: number) => ({
      width: 64,
      height: 36,
      data: new Uint8Array(64 * 36 * 3).fill(level),
      maxValue: 255 as const,
    });
    expect(foundCuts([grey(10), grey(200), grey(90)])).toEqual([]);
  });
});
