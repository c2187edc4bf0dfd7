import type { Random } from "../../util/random.ts";
import { noise } from "./materials.ts";
import type { Scene } from "./shade.ts";
import type { Rgb } from "./solids.ts";

/** A random daylight: sun or overcast, a sky with or without clouds, clear or hazy air. */
export function daylight(random: Random): Pick<Scene, "light" | "sky" | "hazeMetres"> {
  const overcast = random.chance(0.4);
  const [turn, lift] = [random.uniform(-Math.PI, Math.PI), random.uniform(0.25, 1.2)];
  const dusk = random.chance(0.12);
  const zenith: Rgb = overcast
    ? [0.55, 0.58, 0.62]
    : dusk
      ? [0.2, 0.25, 0.45]
      : [0.12, 0.26, random.uniform(0.55, 0.8)];
  const horizon: Rgb = overcast ? [0.8, 0.82, 0.84] : dusk ? [0.95, 0.6, 0.35] : [0.6, 0.74, 0.9];
  const cover = overcast ? random.uniform(0.2, 0.5) : random.uniform(-0.3, 0.5);
  const shift = random.uniform(0, 200);
  const brightness = random.uniform(0.8, 1.6);
  const ambient = overcast ? 0.75 : random.uniform(0.25, 0.5);
  return {
    light: {
      x: Math.cos(lift) * Math.sin(turn),
      y: Math.sin(lift),
      z: Math.cos(lift) * Math.cos(turn),
      lamp: false,
      colour: overcast ? [0.3, 0.3, 0.3] : [1.1, 1, 0.85],
      ambient: [ambient * 0.95, ambient, ambient * 1.08],
      shadow: overcast ? random.uniform(0, 0.6) : random.uniform(0.7, 0.95),
    },
    sky: (dx, dy, dz, rgb) => {
      const up = Math.max(0, dy);
      const share = Math.min(1, 1.6 * up) ** 0.7;
      // Clouds lie on a level sheet, so they crowd towards the horizon.
      const u = dx / (up + 0.12) + shift;
      const v = dz / (up + 0.12) + shift;
      const cloud = Math.max(0, Math.min(1, 2 * (noise(u, v) + 0.5 * noise(2.7 * u, 2.7 * v) - 0.85 + cover)));
      for (let i = 0; i < 3; i++) {
        const clear = (horizon[i] as number) * (1 - share) + (zenith[i] as number) * share;
        rgb[i] = brightness * (clear + cloud * (0.9 - clear));
      }
    },
    hazeMetres: random.chance(0.3) ? random.uniform(60, 400) : random.uniform(600, 4000),
  };
}
