import { createRandom, type Random } from "../../util/random.ts";
import type { Material, Rgb, SurfacePoint } from "./solids.ts";

const TABLE = (() => {
  const random = createRandom(20240101);
  return Float32Array.from({ length: 65536 }, () => random.next());
})();

/** Smooth value noise in 0..1 with cells of unit size; repeats every 256 cells. */
export function noise(u: number, v: number): number {
  const iu = Math.floor(u);
  const iv = Math.floor(v);
  const fu = u - iu;
  const fv = v - iv;
  const su = fu * fu * (3 - 2 * fu);
  const sv = fv * fv * (3 - 2 * fv);
  const u0 = iu & 255;
  const u1 = (iu + 1) & 255;
  const v0 = (iv & 255) << 8;
  const v1 = ((iv + 1) & 255) << 8;
  const top = (TABLE[v0 | u0] as number) * (1 - su) + (TABLE[v0 | u1] as number) * su;
  const bottom = (TABLE[v1 | u0] as number) * (1 - su) + (TABLE[v1 | u1] as number) * su;
  return top * (1 - sv) + bottom * sv;
}

/** A number in 0..1 for a lattice cell. */
const cellValue = (i: number, j: number): number => TABLE[((j & 255) << 8) | (i & 255)] as number;

/** Octaves of noise about 0 (roughly -1..1); those finer than the pixel footprint are left out. */
export function fractal(u: number, v: number, cell: number, octaves: number, footprint: number): number {
  let sum = 0;
  let amplitude = 1;
  for (let octave = 0; octave < octaves && cell > footprint; octave++) {
    sum += amplitude * (noise(u / cell + 17.3 * octave, v / cell + 5.1 * octave) - 0.5);
    amplitude *= 0.6;
    cell *= 0.45;
  }
  return sum;
}

/** How much of a pattern of this size survives at a pixel footprint: 1 near, 0 far. */
const sharpness = (size: number, footprint: number): number => Math.max(0, Math.min(1, 1.5 - (2 * footprint) / size));

function mix(rgb: Rgb, to: Rgb, share: number): void {
  for (let i = 0; i < 3; i++) rgb[i] = (rgb[i] as number) + share * ((to[i] as number) - (rgb[i] as number));
}

function scale(rgb: Rgb, factor: number): void {
  rgb[0] *= factor;
  rgb[1] *= factor;
  rgb[2] *= factor;
}

/** A random colour of the given brightness and saturation (0 grey, 1 pure). */
export function randomColour(random: Random, brightness: number, saturation: number): Rgb {
  const raw = [random.next(), random.next(), random.next()] as Rgb;
  const mean = (raw[0] + raw[1] + raw[2]) / 3;
  return raw.map((value) => Math.max(0.01, brightness * (1 + saturation * (value / Math.max(mean, 0.15) - 1)))) as Rgb;
}

/** One colour, uneven by dirt of `cell` metres and `amount` (0 none, 1 strong). */
export function plain(random: Random, colour: Rgb, amount = 0.15, cell = 0.6, octaves = 3): Material {
  const shift = random.uniform(0, 200);
  return (at, rgb) => {
    mix(rgb, colour, 1);
    scale(rgb, 1 + amount * fractal(at.u + shift, at.v + shift, cell, octaves, at.footprint));
  };
}

/** Squares of two colours. */
export function checker(one: Rgb, two: Rgb, size: number): Material {
  return (at, rgb) => {
    const odd = (Math.floor(at.u / size) + Math.floor(at.v / size)) & 1;
    const share = 0.5 + (odd - 0.5) * sharpness(size, at.footprint);
    mix(rgb, one, 1);
    mix(rgb, two, share);
  };
}

/** Bands of two colours, along u or v. */
export function stripes(one: Rgb, two: Rgb, period: number, along: "u" | "v", share = 0.5): Material {
  return (at, rgb) => {
    const phase = at[along] / period;
    const inside = phase - Math.floor(phase) < share ? 1 : 0;
    const strength = sharpness(period, at.footprint);
    mix(rgb, one, 1);
    mix(rgb, two, share + (inside - share) * strength);
  };
}

/** Courses of stones with joints: bricks, tiles, paving or floor boards, by their sizes in metres. */
export function courses(
  random: Random,
  stone: Rgb,
  joint: Rgb,
  width: number,
  height: number,
  variety = 0.3,
): Material {
  const gap = Math.min(0.05 * height, 0.012);
  const shift = random.uniform(0, 200);
  const stagger = random.pick([0, 0.5, 0.37]);
  return (at, rgb) => {
    const row = Math.floor(at.v / height);
    const u = at.u / width + row * stagger;
    const column = Math.floor(u);
    const inJoint = at.v - row * height < gap || (u - column) * width < gap ? 1 : 0;
    const strength = sharpness(height, at.footprint);
    const crisp = Math.min(1, gap / at.footprint) * strength;
    mix(rgb, stone, 1);
    scale(rgb, 1 + strength * variety * (cellValue(column, row + 31) - 0.5));
    scale(rgb, 1 + 0.3 * fractal(at.u + shift, at.v * 3, 0.3, 2, at.footprint));
    mix(rgb, joint, crisp * inJoint);
  };
}

/** Strong uneven light and dark, as leaves, gravel, grass or rock. */
export function rough(random: Random, colour: Rgb, cell: number, contrast = 1.1): Material {
  const shift = random.uniform(0, 200);
  const shade = random.uniform(0.6, 1.2);
  const other = colour.map((value) => value * shade * random.uniform(0.85, 1.15)) as Rgb;
  return (at, rgb) => {
    const value = fractal(at.u + shift, at.v - shift, cell, 4, at.footprint);
    mix(rgb, colour, 1);
    mix(rgb, other, 0.5 + noise(at.u / (5 * cell), at.v / (5 * cell) + shift) * 0.5);
    scale(rgb, Math.max(0.15, 1 + contrast * value));
  };
}

/** A house front: a wall with rows of framed windows, and doors in the lowest row. */
export function facade(random: Random, wall: Material, glass: Rgb): Material {
  const storey = random.uniform(2.7, 3.8);
  const bay = random.uniform(1.6, 4);
  const [windowWidth, windowHeight] = [random.uniform(0.35, 0.7), random.uniform(0.4, 0.7)];
  const frame: Rgb = random.chance(0.6) ? [0.7, 0.7, 0.68] : randomColour(random, 0.2, 0.3);
  const lit = random.uniform(0, 0.3);
  return (at, rgb) => {
    wall(at, rgb);
    if (at.face === 2 || at.face === 3) return;
    const floor = Math.floor(at.v / storey);
    const column = Math.floor(at.u / bay);
    const u = Math.abs(at.u / bay - column - 0.5) * 2;
    const v = Math.abs(at.v / storey - floor - 0.5) * 2;
    const height = floor === 0 && cellValue(column, 3) < 0.35 ? 0.98 : windowHeight;
    if (u > windowWidth + 0.06 || v > height + 0.06) return;
    const strength = sharpness(bay, at.footprint);
    if (u > windowWidth || v > height || u < 0.03) mix(rgb, frame, strength);
    else {
      mix(rgb, glass, strength);
      scale(rgb, 0.5 + 1.2 * cellValue(column + 7, floor) + (cellValue(column, floor + 9) < lit ? 1.5 : 0));
    }
  };
}

/** A framed picture, poster or screen: a few soft blobs on a colour. */
export function picture(random: Random, halfWidth: number, height: number): Material {
  const [ground, frame] = [randomColour(random, random.uniform(0.05, 0.7), 0.7), randomColour(random, 0.2, 0.4)];
  const blobs = Array.from({ length: 5 }, () => ({
    u: random.uniform(-1, 1) * halfWidth,
    v: random.next() * height,
    radius: random.uniform(0.1, 0.5) * halfWidth,
    colour: randomColour(random, random.uniform(0.05, 0.8), 1),
  }));
  return (at, rgb) => {
    const edge = Math.min(halfWidth - Math.abs(at.u), at.v, height - at.v);
    mix(rgb, edge < 0.06 * halfWidth ? frame : ground, 1);
    if (edge < 0.06 * halfWidth) return;
    for (const { u, v, radius, colour } of blobs) {
      const distance = Math.hypot(at.u - u, at.v - v) / radius;
      if (distance < 1) mix(rgb, colour, Math.min(1, 4 * (1 - distance)));
    }
  };
}

/** Shelves full of books. */
export function shelves(random: Random, wood: Rgb): Material {
  const [height, width, shift] = [random.uniform(0.25, 0.4), random.uniform(0.03, 0.06), random.int(200)];
  return (at, rgb) => {
    mix(rgb, wood, 1);
    if (at.face === 2 || at.face === 3) return;
    const row = Math.floor(at.v / height);
    const column = Math.floor(at.u / width);
    const tall = 0.55 + 0.35 * cellValue(column + shift, row);
    const within = at.v / height - row;
    if (within < 0.08) return;
    if (within > tall) return scale(rgb, 0.25);
    const strength = sharpness(width, at.footprint);
    for (let i = 0; i < 3; i++) {
      const value = 0.5 * cellValue(column + shift, row * 3 + i) ** 2 + 0.03;
      rgb[i] = strength * value + (1 - strength) * 0.18;
    }
  };
}

/** Chooses a material by the face of a box: side walls, bottom, top. */
export function byFace(side: Material, bottom: Material, top: Material): Material {
  return (at: SurfacePoint, rgb: Rgb) => (at.face === 3 ? top : at.face === 2 ? bottom : side)(at, rgb);
}
