import { describe, expect, it } from "vitest";
import type { Image } from "../image/image.ts";
import { markSky } from "./sky.ts";

const [width, height] = [40, 30];

/** A picture painted by a function of the place, with disparity 1 where `known`. */
function scene(paint: (x: number, y: number) => readonly number[], known: (x: number, y: number) => boolean) {
  const data = new Uint8Array(width * height * 3);
  const disparity = new Float32Array(width * height).fill(Number.NaN);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set(paint(x, y), (y * width + x) * 3);
      if (known(x, y)) disparity[y * width + x] = 1;
    }
  }
  const image: Image = { width, height, data, maxValue: 255 };
  markSky(image, disparity);
  return { at: (x: number, y: number) => disparity[y * width + x], marked: disparity.filter((v) => v === 0).length };
}

const BLUE = [150, 190, 240];
const GROUND = [70, 70, 60];

describe("markSky", () => {
  it("marks the smooth bright upper part and leaves known pixels", () => {
    const { at } = scene(
      (_, y) => (y < 12 ? BLUE : GROUND),
      (_, y) => y >= 14,
    );
    expect(at(20, 3)).toBe(0);
    expect(at(20, 13)).toBeNaN();
    expect(at(20, 20)).toBe(1);
  });

  it.each<[string, (x: number, y: number) => readonly number[]]>([
    ["dark woods", (x, y) => (y < 12 ? [30, 45 + 25 * ((x + y) % 2), 25] : [200, 200, 200])],
    ["a red wall", (_, y) => (y < 12 ? [220, 140, 120] : GROUND)],
    ["a textured pale wall", (x, y) => (y < 12 ? (x % 3 ? [230, 230, 235] : [190, 190, 195]) : GROUND)],
    ["a pale strip that runs down the side", (x, y) => (x < 8 && y < 25 ? [240, 240, 245] : GROUND)],
    ["a pale patch in the middle", (x, y) => (y > 4 && y < 12 && x > 5 ? [240, 240, 245] : GROUND)],
  ])("does not take %s for sky", (_, paint) => {
    expect(scene(paint, (_x, y) => y >= 26).marked).toBe(0);
  });

  it("never marks below a known pixel of the column", () => {
    const { at } = scene(
      (_, y) => (y < 12 ? BLUE : GROUND),
      (x, y) => y >= 14 || (x >= 10 && x < 14 && y === 5),
    );
    expect(at(12, 4)).toBe(0);
    expect(at(12, 8)).toBeNaN();
    expect(at(30, 8)).toBe(0);
  });
});
