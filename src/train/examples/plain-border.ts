import type { Size } from "../../image/resize-rule.ts";
import type { Random } from "../../util/random.ts";

/** Thickest margin around all sides, and thickest bars at two opposite ones, as shares of the side. */
const MARGIN = 0.04;
const BARS = 0.15;

/**
 * Paints a border of one colour into an example, in place: a thin margin all around, as scans have, or bars above and
 * below or left and right, as films have. Nothing is known of it afterwards.
 * @param pixels [3, height, width], planar RGB in 0..1 @param mask [height, width]
 */
export function paintBorder(pixels: Float32Array, mask: Float32Array, { width, height }: Size, random: Random): void {
  const level = [0, 1, random.next()][random.int(3)] as number;
  const [thickX, thickY] = [
    [MARGIN, MARGIN],
    [0, BARS],
    [BARS, 0],
  ][random.int(3)] as [number, number];
  const thickness = (most: number, side: number) => Math.round(random.uniform(0, most) * side);
  const [left, right] = [thickness(thickX, width), thickness(thickX, width)];
  const [top, bottom] = [thickness(thickY, height), thickness(thickY, height)];
  const plane = width * height;
  for (let y = 0; y < height; y++) {
    const isBar = y < top || y >= height - bottom;
    for (let x = 0; x < width; x++) {
      if (!(isBar || x < left || x >= width - right)) continue;
      const i = y * width + x;
      mask[i] = 0;
      for (let channel = 0; channel < 3; channel++) pixels[channel * plane + i] = level;
    }
  }
}
