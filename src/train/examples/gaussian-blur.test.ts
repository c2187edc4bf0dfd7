import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { gaussianBlur } from "./gaussian-blur.ts";

const noise = (length: number): Float32Array => {
  const random = createRandom(4);
  return Float32Array.from({ length }, () => random.next());
};

/** The definition: a sum over the square around each pixel, with the border's samples going on. */
function direct(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const clamp = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, value));
  return Float32Array.from({ length: plane.length }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let [sum, total] = [0, 0];
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        total += weight;
        sum += weight * (plane[clamp(y + dy, height) * width + clamp(x + dx, width)] as number);
      }
    return sum / total;
  });
}

describe("gaussianBlur", () => {
  it.each([0.1, 0.5, 1.3, 4])("is the sum over the surroundings at sigma %d, plane by plane", (sigma) => {
    const [width, height] = [13, 9];
    const planes = noise(2 * width * height);
    const blurred = gaussianBlur(planes, width, height, sigma);
    for (const start of [0, width * height]) {
      const expected = direct(planes.subarray(start, start + width * height), width, height, sigma);
      for (const [i, value] of expected.entries())
        expect(Math.abs((blurred[start + i] as number) - value)).toBeLessThan(1e-6);
    }
  });

  it("leaves a plain plane and the input alone, at any size", () => {
    for (const [width, height] of [
      [1, 1],
      [1, 7],
      [5, 1],
      [6, 4],
    ] as const) {
      const plain = new Float32Array(width * height).fill(0.25);
      for (const value of gaussianBlur(plain, width, height, 2)) expect(value).toBeCloseTo(0.25, 6);
      expect(plain.every((value) => value === 0.25)).toBe(true);
    }
  });
});
