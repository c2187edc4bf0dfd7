import type { Random } from "../../util/random.ts";
import { cloth, type Place } from "./furniture.ts";
import { plain, randomColour, rough } from "./materials.ts";
import { ellipsoid, frustum, type Material, type Rgb, type Solid } from "./solids.ts";

/** A standing person, 1.2 to 1.9 m. */
export function person(random: Random, place: Place): Solid[] {
  const { x, y, z, yaw } = place;
  const tall = random.uniform(1.2, 1.9);
  const skin: Rgb = random.pick([
    [0.6, 0.4, 0.3],
    [0.35, 0.2, 0.13],
    [0.12, 0.07, 0.05],
  ]);
  const [shirt, trousers] = [
    cloth(random),
    plain(random, randomColour(random, random.uniform(0.03, 0.3), 0.4), 0.3, 0.2),
  ];
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const limb = (side: number, foot: number, height: number, radius: number, material: Material): Solid =>
    frustum(x + cos * side, y + foot, z + sin * side, [radius * 0.75, height, radius], material);
  const step = random.uniform(0.05, 0.11) * tall;
  return [
    limb(step, 0, 0.48 * tall, 0.055 * tall, trousers),
    limb(-step, 0, 0.48 * tall, 0.055 * tall, trousers),
    frustum(x, y + 0.45 * tall, z, [0.1 * tall, 0.3 * tall, 0.115 * tall], shirt),
    ellipsoid(x, y + 0.75 * tall, z, [0.13 * tall, 0.075 * tall, 0.1 * tall], shirt),
    limb(0.15 * tall, 0.42 * tall, 0.37 * tall, 0.035 * tall, random.chance(0.5) ? shirt : plain(random, skin)),
    limb(-0.15 * tall, 0.42 * tall, 0.37 * tall, 0.035 * tall, random.chance(0.5) ? shirt : plain(random, skin)),
    ellipsoid(x, y + 0.91 * tall, z, [0.055 * tall, 0.075 * tall, 0.06 * tall], plain(random, skin, 0.2, 0.1)),
    ellipsoid(
      x,
      y + 0.945 * tall,
      z + 0.012 * tall,
      [0.058 * tall, 0.06 * tall, 0.062 * tall],
      plain(random, randomColour(random, random.uniform(0.01, 0.2), 0.3), 0.5, 0.05),
    ),
  ];
}

/** A broad-leaved tree or a fir. */
export function tree(random: Random, place: Place, height = random.uniform(4, 12)): Solid[] {
  const { x, y, z } = place;
  const bark = rough(random, [0.1, 0.07, 0.05], 0.15);
  const green = random.uniform(0.05, 0.2);
  const autumn = random.chance(0.15);
  const leaves = rough(
    random,
    autumn
      ? [green * 1.8, green, green * 0.2]
      : [green * random.uniform(0.35, 0.8), green, green * random.uniform(0.15, 0.4)],
    random.uniform(0.25, 0.6),
    1.6,
  );
  if (random.chance(0.3)) {
    const radius = height * random.uniform(0.16, 0.28);
    return [
      frustum(x, y, z, [height * 0.025, height * 0.2, height * 0.02], bark),
      frustum(x, y + height * 0.12, z, [radius, height * 0.45, radius * 0.35], leaves),
      frustum(x, y + height * 0.4, z, [radius * 0.75, height * 0.6, 0.01], leaves),
    ];
  }
  const trunk = height * random.uniform(0.3, 0.5);
  const crown = height - trunk;
  const blobs = Array.from({ length: 6 + random.int(7) }, () =>
    ellipsoid(
      x + random.uniform(-0.32, 0.32) * crown,
      y + trunk + crown * random.uniform(0.15, 0.8),
      z + random.uniform(-0.32, 0.32) * crown,
      [crown * random.uniform(0.12, 0.3), crown * random.uniform(0.12, 0.28), crown * random.uniform(0.12, 0.3)],
      leaves,
    ),
  );
  return [frustum(x, y, z, [height * 0.03, trunk + crown * 0.4, height * 0.015], bark), ...blobs];
}

/** A bush or a hedge blob. */
export function bush(random: Random, place: Place): Solid[] {
  const [wide, tall] = [random.uniform(0.4, 1.5), random.uniform(0.4, 1.3)];
  const leaves = rough(random, [random.uniform(0.04, 0.12), random.uniform(0.1, 0.22), 0.03], 0.2, 1.5);
  return [ellipsoid(place.x, place.y + tall * 0.4, place.z, [wide, tall * 0.7, random.uniform(0.4, 1.2)], leaves)];
}

/** A boulder, partly sunk. */
export function rock(random: Random, place: Place): Solid[] {
  const size = random.uniform(0.15, 1.4);
  const stone = rough(random, randomColour(random, random.uniform(0.12, 0.4), 0.2), size / 2, 0.8);
  return [
    ellipsoid(place.x, place.y + size * 0.2, place.z, [size * random.uniform(0.7, 1.4), size * 0.6, size], stone),
  ];
}
