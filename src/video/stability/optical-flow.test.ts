import { describe, expect, it } from "vitest";
import { proceduralClip } from "../../data/procedural/clip.ts";
import type { Image } from "../../image/image.ts";
import { median } from "../../util/median.ts";
import { createRandom } from "../../util/random.ts";
import { lumaPyramid } from "./luma-pyramid.ts";
import { opticalFlow } from "./optical-flow.ts";

const [width, height] = [128, 72];

/** Smooth blobs, moved right and down by `dx, dy`. */
function blobs(dx: number, dy: number, gain = 1): Image {
  const random = createRandom(5);
  const spots = Array.from({ length: 120 }, () => ({
    x: random.uniform(-40, width + 40),
    y: random.uniform(-40, height + 40),
    size: random.uniform(2, 6),
    level: random.uniform(-90, 90),
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let level = 110;
      for (const spot of spots) {
        const squared = (x - dx - spot.x) ** 2 + (y - dy - spot.y) ** 2;
        level += spot.level * Math.exp(-squared / (2 * spot.size ** 2));
      }
      for (let c = 0; c < 3; c++) data[i++] = Math.max(0, Math.min(255, gain * level));
    }
  return { width, height, data, maxValue: 255 };
}

const flowBetween = (now: Image, before: Image) =>
  opticalFlow(lumaPyramid(now, width, height), lumaPyramid(before, width, height));

describe("optical flow", () => {
  it.each([
    [1, 0],
    [-2.5, 1.25],
    [9, -6],
    [20, 4],
  ])("finds a shift by %d, %d pixels", (dx, dy) => {
    const { u, v, confidence, found } = flowBetween(blobs(dx, dy), blobs(0, 0));
    // From this frame to the one before: backwards.
    const inside = Array.from(u.keys()).filter((i) => (confidence[i] as number) > 0.5);
    expect(inside.length).toBeGreaterThan(0.55 * width * height);
    expect(Math.abs(median(inside.map((i) => u[i] as number)) + dx)).toBeLessThan(0.15);
    expect(Math.abs(median(inside.map((i) => v[i] as number)) + dy)).toBeLessThan(0.15);
    const off = inside.map((i) => Math.hypot((u[i] as number) + dx, (v[i] as number) + dy));
    expect(off.filter((pixels) => pixels > 1).length).toBeLessThan(0.12 * off.length);
    expect(found).toBeGreaterThan(0.6);
  });

  it("of what stands still is nothing, whatever the brightness", () => {
    const { u, v, confidence } = flowBetween(blobs(0, 0, 0.6), blobs(0, 0));
    expect(median(u.map(Math.abs))).toBeLessThan(0.05);
    expect(median(v.map(Math.abs))).toBeLessThan(0.05);
    expect(median(confidence)).toBeGreaterThan(0.95);
  });

  it("of an unrelated picture finds little, and of a flat one cannot say", () => {
    const other = proceduralClip(8, 1, { width, height }).frame(0).sample.image;
    expect(flowBetween(other, blobs(0, 0)).found).toBeLessThan(0.2);
    const flat: Image = { width, height, data: new Uint8Array(width * height * 3).fill(90), maxValue: 255 };
    expect(flowBetween(flat, flat).found).toBeNaN();
  });

  it.each(["pan", "orbit", "forward"] as const)("comes close to the exact motion of a clip: %s", (move) => {
    const clip = proceduralClip(5, 4, { width, height, kind: "street", move, moving: true });
    const [before, frame] = [clip.frame(1), clip.frame(2)];
    const { u, v, confidence } = flowBetween(frame.sample.image, before.sample.image);
    const errors: number[] = [];
    for (let i = 0; i < u.length; i++)
      if (frame.motion.visible[i] === 1 && (confidence[i] as number) > 0.5)
        errors.push(
          Math.hypot(
            (u[i] as number) - (frame.motion.u[i] as number),
            (v[i] as number) - (frame.motion.v[i] as number),
          ),
        );
    expect(errors.length).toBeGreaterThan(0.6 * u.length);
    expect(median(errors)).toBeLessThan(0.3);
  });
});
