import type { Random } from "../../util/random.ts";

/**
 * Turns linear light into an 8-bit photograph: exposure to a mean, white balance, vignette, sensor noise, gamma 2.2.
 * @param grains source of the sensor noise alone; frames of a clip share the rest
 */
export function develop(
  rgb: Float32Array,
  width: number,
  height: number,
  random: Random,
  grains: Random = random,
): Uint8Array {
  let mean = 0;
  for (const value of rgb) mean += Math.min(value, 1.5);
  mean /= rgb.length;
  const exposure = random.uniform(0.13, 0.3) / Math.max(mean, 1e-3);
  const balance = [exposure * random.uniform(0.9, 1.1), exposure, exposure * random.uniform(0.88, 1.12)] as const;
  const vignette = random.uniform(0, 0.35);
  const grain = random.chance(0.5) ? random.uniform(0.5, 5) : 0;
  const out = new Uint8Array(rgb.length);
  for (let y = 0, k = 0; y < height; y++) {
    const fy = (2 * y) / height - 1;
    for (let x = 0; x < width; x++) {
      const fx = (2 * x) / width - 1;
      const fall = 1 - vignette * 0.5 * (fx * fx + fy * fy);
      for (let i = 0; i < 3; i++, k++) {
        const value = (rgb[k] as number) * (balance[i] as number) * fall;
        const noise = grain === 0 ? 0 : grain * (grains.next() + grains.next() - 1) * 1.7;
        // A soft shoulder keeps highlights from clipping hard.
        const film = value < 0.7 ? value : 1 - 0.3 * Math.exp(-(value - 0.7) / 0.3);
        out[k] = Math.max(0, Math.min(255, 255 * film ** (1 / 2.2) + noise + 0.5));
      }
    }
  }
  return out;
}
