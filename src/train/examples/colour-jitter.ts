import type { Random } from "../../util/random.ts";

/** How far colours may be changed; every change is drawn uniformly within its range. */
export interface ColourRanges {
  /** Share of the pictures whose colours are changed at all, but for grey ones. Default 1. */
  readonly probability?: number;
  /** Each a factor within 1 +- this. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** Turn of the hue, +- degrees. */
  readonly hueDegrees: number;
  /** Share of grey pictures. */
  readonly grey: number;
  /** White balance: a factor for each channel within 1 +- this. Default 0. */
  readonly gains?: number;
  /** A gamma from 1 / this to this. Default 1. */
  readonly gamma?: number;
}

/** Changes that cameras and light could have made: for labelled pictures, where the paper makes none. */
export const MILD_COLOURS: ColourRanges = {
  ...{ brightness: 0.3, contrast: 0.3, saturation: 0.4, hueDegrees: 20, grey: 0.1, gains: 0.08, gamma: 1.33 },
};

/**
 * The student's colours. The paper asks for strong colour distortions (section 3.2) and states no strength; these are
 * those of the same first author's UniMatch (Yang et al., CVPR 2023): ColorJitter(0.5, 0.5, 0.5, 0.25) on 80 %, 20 % grey.
 */
export const STRONG_COLOURS: ColourRanges = {
  ...{ probability: 0.8, brightness: 0.5, contrast: 0.5, saturation: 0.5, hueDegrees: 90, grey: 0.2 },
};

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
 * @param strength multiplies the ranges: 0 leaves the picture as it is.
 */
export function jitterColour(pixels: Float32Array, random: Random, ranges: ColourRanges, strength = 1): void {
  if (strength === 0) return;
  const { probability = 1, gains: gainSpread = 0 } = ranges;
  // Everything is drawn whether it is used or not, so that no range shifts the numbers of what is drawn after it.
  const isChanged = random.chance(probability);
  const around = (spread: number): number => {
    const factor = 1 + strength * random.uniform(-spread, spread);
    return isChanged ? factor : 1;
  };
  const [brightness, contrast, vividness] = [
    around(ranges.brightness),
    around(ranges.contrast),
    around(ranges.saturation),
  ];
  const saturation = random.chance(ranges.grey * strength) ? 0 : vividness;
  const hue = ((around(ranges.hueDegrees) - 1) * Math.PI) / 180;
  const gains = [around(gainSpread), around(gainSpread), around(gainSpread)];
  const gamma = (ranges.gamma ?? 1) ** (around(1) - 1);
  if (!isChanged && saturation === 1) return;

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
