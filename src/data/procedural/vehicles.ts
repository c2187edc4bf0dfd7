import type { Random } from "../../util/random.ts";
import { beside, boxAt, type Place } from "./furniture.ts";
import { courses, picture, plain, randomColour } from "./materials.ts";
import { ellipsoid, type Material, type Rgb, type Solid } from "./solids.ts";

const GLASS: Rgb = [0.03, 0.035, 0.04];

/** A car or van with its length along z. */
export function car(random: Random, place: Place): Solid[] {
  const tall = random.chance(0.2);
  const [width, length] = [random.uniform(1.65, 1.95), random.uniform(3.6, 4.8) * (tall ? 1.4 : 1)];
  const paint = plain(random, randomColour(random, random.uniform(0.02, 0.6), random.uniform(0, 1)), 0.1);
  const body = random.uniform(0.5, 0.65);
  const cabin = tall ? random.uniform(1.1, 1.9) : random.uniform(0.5, 0.65);
  const windows: Material = (at, rgb) => {
    paint(at, rgb);
    if (at.face !== 3 && at.v > cabin * (tall ? 0.55 : 0.12) && at.v < cabin * 0.9) {
      for (let i = 0; i < 3; i++) rgb[i] = GLASS[i] as number;
    }
  };
  return [
    boxAt(beside(place, 0, 0.27, 0), [width, body, length], paint),
    boxAt(
      beside(place, 0, 0.27 + body, tall ? 0 : -0.1),
      [width * 0.92, cabin, length * (tall ? 0.98 : 0.55)],
      windows,
    ),
    ...wheels(random, place, [width / 2 - 0.09, 0.31, length * 0.31]),
  ];
}

/** A lorry whose length lies along z: a cab at the far end, and what it carries. */
export function lorry(random: Random, place: Place, length: number): Solid[] {
  const [width, height] = [random.uniform(2.2, 2.55), random.uniform(2.6, 4)];
  const cabLength = random.uniform(1.6, 2.3);
  const load = length - cabLength - random.uniform(0.2, 0.8);
  const cabHeight = random.uniform(1.8, Math.min(2.9, height - 0.6));
  const paint = plain(random, randomColour(random, random.uniform(0.05, 0.6), random.uniform(0, 1)), 0.1);
  const colour = randomColour(random, random.uniform(0.05, 0.65), random.uniform(0, 0.9));
  const cover = random.pick([
    () => plain(random, colour, 0.15, 2),
    () => courses(random, colour, [0.1, 0.1, 0.1], random.uniform(0.3, 1.2), height, 0.1),
    () => picture(random, width, height),
  ])();
  const cab: Material = (at, rgb) => {
    paint(at, rgb);
    if (at.v > cabHeight * 0.45 && at.v < cabHeight * 0.85) for (let i = 0; i < 3; i++) rgb[i] = GLASS[i] as number;
  };
  const dark = plain(random, [0.03, 0.03, 0.03]);
  return [
    boxAt(beside(place, 0, 0.5, 0), [width * 0.8, 0.4, length], dark),
    boxAt(beside(place, 0, 0.9, (load - length) / 2), [width, height - 0.9, load], cover),
    boxAt(beside(place, 0, 0.5, (length - cabLength) / 2), [width * 0.96, cabHeight, cabLength], cab),
    ...wheels(random, place, [width / 2 - 0.15, 0.48, length * 0.36]),
  ];
}

/** Four wheels: half of the distance across, radius, half of the distance along. */
function wheels(random: Random, place: Place, [across, radius, along]: readonly [number, number, number]): Solid[] {
  const rubber = plain(random, [0.02, 0.02, 0.02]);
  return [-1, 1].flatMap((sx) =>
    [-1, 1].map((sz) => {
      const at = beside(place, sx * across, radius, sz * along);
      return ellipsoid(at.x, at.y, at.z, [0.13, radius, radius], rubber);
    }),
  );
}
