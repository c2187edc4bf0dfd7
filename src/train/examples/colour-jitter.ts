import type { Random } from "../../util/random.ts";

const LUMA = [0.299, 0.587, 0.114] as const;
/** RGB to brightness and two colour differences (YIQ, NTSC 1953), where hue is an angle. */
const TO_YIQ = [
  [0.299, 0.587, 0.114],
  [0.5959, -0.2746, -0.3213],
  [0.2115, -0.5227, 0.3112],
] as const;
const FROM_YIQ = [
  [1, 0.956, 0.619],
  [1, -0.272, -0.647],
  [1, -1.106, 1.703],
] as const;
const GAMMA_STEPS = 2048;

/**
 * Changes brightness, contrast, saturation, hue, white balance and gamma at random, now and then to grey, in place.
 * @param pixels [3, plane], planar RGB in 0..1; stays within 0..1.
 * @param strength 0 leaves the picture as it is; 1 is brightness, contrast +-30 %, saturation +-40 %, hue +-20 degrees,
 *   channel gains +-8 %, gamma 0.75 to 1.33 and one grey picture in ten.
 */
export function jitterColour(pixels: Float32Array, random: Random, strength: number): void {
  if (strength === 0) return;
  const around = (spread: number): number => 1 + strength * random.uniform(-spread, spread);
  const [brightness, contrast] = [around(0.3), around(0.3)];
  const saturation = random.chance(0.1 * strength) ? 0 : around(0.4);
  const hue = strength * random.uniform(-0.35, 0.35);
  const gains = [around(0.08), around(0.08), around(0.08)];
  const gamma = 1.33 ** (strength * random.uniform(-1, 1));

  const plane = pixels.length / 3;
  const [red, green, blue] = [pixels.subarray(0, plane), pixels.subarray(plane, 2 * plane), pixels.subarray(2 * plane)];
  let mean = 0;
  for (let i = 0; i < plane; i += 7) {
    mean += LUMA[0] * (red[i] as number) + LUMA[1] * (green[i] as number) + LUMA[2] * (blue[i] as number);
  }
  mean /= Math.ceil(plane / 7);

  // All but gamma is one affine map: gain * (contrast * turn(rgb) + (1 - contrast) * mean).
  const [cos, sin] = [saturation * Math.cos(hue), saturation * Math.sin(hue)];
  const matrix = FROM_YIQ.flatMap(([y, i, q], row) =>
    [0, 1, 2].map((column) => {
      const [luma, dI, dQ] = [TO_YIQ[0][column], TO_YIQ[1][column], TO_YIQ[2][column]] as [number, number, number];
      const turned = y * luma + i * (cos * dI - sin * dQ) + q * (sin * dI + cos * dQ);
      return brightness * contrast * (gains[row] as number) * turned;
    }),
  ) as [number, number, number, number, number, number, number, number, number];
  const lift = brightness * (1 - contrast) * mean;
  const [a, b, c, d, e, f, g, h, k] = matrix;
  const curve = Float32Array.from({ length: GAMMA_STEPS + 1 }, (_, step) => (step / GAMMA_STEPS) ** gamma);
  const bend = (value: number): number =>
    curve[value <= 0 ? 0 : value >= 1 ? GAMMA_STEPS : (value * GAMMA_STEPS + 0.5) | 0] as number;
  for (let i = 0; i < plane; i++) {
    const [x, y, z] = [red[i] as number, green[i] as number, blue[i] as number];
    red[i] = bend(a * x + b * y + c * z + lift);
    green[i] = bend(d * x + e * y + f * z + lift);
    blue[i] = bend(g * x + h * y + k * z + lift);
  }
}
