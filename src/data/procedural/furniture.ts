import type { Random } from "../../util/random.ts";
import { byFace, checker, courses, picture, plain, randomColour, rough, shelves, stripes } from "./materials.ts";
import { box, ellipsoid, frustum, type Material, type Rgb, type Solid } from "./solids.ts";

/** Where a thing stands: `x, y, z` is the middle of its foot; `yaw` turns it. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
}

/** The place at an offset in the frame of another place. */
export function beside(place: Place, dx: number, dy: number, dz: number): Place {
  const [cos, sin] = [Math.cos(place.yaw), Math.sin(place.yaw)];
  return {
    x: place.x + cos * dx - sin * dz,
    y: place.y + dy,
    z: place.z + sin * dx + cos * dz,
    yaw: place.yaw,
  };
}

/** A box whose foot stands at a place. */
export function boxAt(place: Place, size: readonly [number, number, number], material: Material): Solid {
  return box(place.x, place.y, place.z, size, place.yaw, material);
}

/** The colour of wood, leather or paint of furniture. */
export function woodColour(random: Random): Rgb {
  const brightness = random.uniform(0.06, 0.45);
  return random.chance(0.65)
    ? [brightness * 1.35, brightness * random.uniform(0.8, 1), brightness * random.uniform(0.4, 0.7)]
    : randomColour(random, brightness, 0.25);
}

/** Cloth of one colour, striped, checked or mottled. */
export function cloth(random: Random): Material {
  const colour = randomColour(random, random.uniform(0.05, 0.6), 0.7);
  const other = randomColour(random, random.uniform(0.05, 0.7), 0.6);
  return random.pick([
    () => plain(random, colour, 0.25, 0.4),
    () => plain(random, colour, 0.4, 0.08),
    () => stripes(colour, other, random.uniform(0.06, 0.4), random.pick(["u", "v"])),
    () => checker(colour, other, random.uniform(0.05, 0.25)),
  ])();
}

/** A small thing to stand on a table, shelf or floor; about `size` metres high. */
export function trinket(random: Random, place: Place, size: number): Solid[] {
  const { x, y, z, yaw } = place;
  const material = random.pick([
    () => plain(random, randomColour(random, random.uniform(0.04, 0.7), 0.9), 0.3, 0.1),
    () => stripes(randomColour(random, 0.5, 0.8), randomColour(random, 0.2, 0.8), size / 4, "v"),
    () => picture(random, size / 2, size),
    () => rough(random, randomColour(random, 0.25, 0.8), size / 6),
  ])();
  const wide = size * random.uniform(0.3, 0.8);
  switch (random.int(5)) {
    case 0:
      return [ellipsoid(x, y + size / 2, z, [wide / 2 + size / 8, size / 2, wide / 2 + size / 8], material)];
    case 1:
      return [frustum(x, y, z, [wide / 2, size, wide / 2], material)];
    case 2: // a bottle or vase
      return [
        frustum(x, y, z, [wide / 3, size * 0.6, wide / 3], material),
        frustum(x, y + size * 0.6, z, [wide / 3, size * 0.2, wide / 9], material),
        frustum(x, y + size * 0.8, z, [wide / 9, size * 0.2, wide / 9], material),
      ];
    case 3: // a potted plant
      return [
        frustum(x, y, z, [wide / 4, size * 0.4, wide / 2.5], material),
        ...Array.from({ length: 3 }, () =>
          ellipsoid(
            x + random.uniform(-0.2, 0.2) * size,
            y + size * random.uniform(0.55, 0.85),
            z + random.uniform(-0.2, 0.2) * size,
            [size * random.uniform(0.15, 0.3), size * random.uniform(0.12, 0.3), size * random.uniform(0.15, 0.3)],
            rough(random, [0.06, random.uniform(0.12, 0.25), 0.04], size / 8),
          ),
        ),
      ];
    default:
      return [
        boxAt({ x, y, z, yaw: yaw + random.uniform(-0.6, 0.6) }, [wide, size, wide * random.uniform(0.3, 1)], material),
      ];
  }
}

function legs(place: Place, width: number, height: number, depth: number, thick: number, material: Material): Solid[] {
  return [-1, 1].flatMap((sx) =>
    [-1, 1].map((sz) =>
      boxAt(beside(place, (sx * (width - thick)) / 2, 0, (sz * (depth - thick)) / 2), [thick, height, thick], material),
    ),
  );
}

function table(random: Random, place: Place): Solid[] {
  const wood = courses(random, woodColour(random), [0.03, 0.02, 0.02], 2.5, random.uniform(0.1, 0.3), 0.2);
  const [width, height, depth] = [random.uniform(0.7, 1.8), random.uniform(0.45, 0.8), random.uniform(0.5, 0.9)];
  const things = Array.from({ length: random.int(4) }, () =>
    trinket(
      random,
      beside(place, random.uniform(-0.4, 0.4) * width, height, random.uniform(-0.4, 0.4) * depth),
      random.uniform(0.1, 0.4),
    ),
  ).flat();
  return [
    boxAt(beside(place, 0, height - 0.04, 0), [width, 0.04, depth], wood),
    ...legs(place, width, height - 0.04, depth, 0.06, wood),
    ...things,
  ];
}

function chair(random: Random, place: Place): Solid[] {
  const wood = plain(random, woodColour(random), 0.2);
  const seat = random.chance(0.5) ? cloth(random) : wood;
  const size = random.uniform(0.4, 0.5);
  return [
    boxAt(beside(place, 0, 0.42, 0), [size, 0.06, size], seat),
    boxAt(beside(place, 0, 0.5, size / 2 - 0.03), [size, random.uniform(0.35, 0.6), 0.05], seat),
    ...legs(place, size, 0.42, size, 0.04, wood),
  ];
}

function sofa(random: Random, place: Place): Solid[] {
  const fabric = cloth(random);
  const [width, depth] = [random.uniform(0.8, 2.2), random.uniform(0.75, 0.95)];
  const side = (sx: number) => boxAt(beside(place, (sx * (width - 0.18)) / 2, 0, 0), [0.18, 0.6, depth], fabric);
  const cushions = Array.from({ length: random.int(3) }, () => {
    const at = beside(place, random.uniform(-0.35, 0.35) * width, 0.58, 0.1);
    return ellipsoid(at.x, at.y, at.z, [0.22, 0.19, 0.14], cloth(random));
  });
  return [
    boxAt(place, [width - 0.3, 0.43, depth], fabric),
    boxAt(beside(place, 0, 0, depth / 2 - 0.11), [width, random.uniform(0.75, 0.95), 0.22], fabric),
    side(-1),
    side(1),
    ...cushions,
  ];
}

function bed(random: Random, place: Place): Solid[] {
  const [width, depth] = [random.uniform(0.9, 1.9), 2];
  const wood = plain(random, woodColour(random));
  const pillows = [-0.25, 0.25].map((offset) => {
    const at = beside(place, offset * width, 0.6, depth / 2 - 0.3);
    return ellipsoid(at.x, at.y, at.z, [0.3, 0.11, 0.22], plain(random, [0.6, 0.6, 0.58], 0.1));
  });
  return [
    boxAt(place, [width, 0.3, depth], wood),
    boxAt(beside(place, 0, 0.3, 0), [width * 0.98, 0.25, depth * 0.98], cloth(random)),
    boxAt(beside(place, 0, 0, depth / 2), [width + 0.1, random.uniform(0.8, 1.2), 0.08], wood),
    ...pillows,
  ];
}

function cabinet(random: Random, place: Place): Solid[] {
  const colour = woodColour(random);
  const [width, height, depth] = [random.uniform(0.4, 1.4), random.uniform(0.5, 2.2), random.uniform(0.3, 0.6)];
  const dark = colour.map((value) => value * 0.4) as Rgb;
  const wood = plain(random, colour, 0.2);
  const front = random.pick([
    () => courses(random, colour, dark, width / random.pick([1, 2]), height / random.pick([1, 2, 4]), 0.1),
    () => shelves(random, colour),
    () => wood,
  ])();
  const top = random.chance(0.5) ? trinket(random, beside(place, 0, height, 0), random.uniform(0.15, 0.45)) : [];
  return [boxAt(place, [width, height, depth], byFace(front, wood, wood)), ...top];
}

function lamp(random: Random, place: Place): Solid[] {
  const height = random.uniform(1.2, 1.7);
  return [
    frustum(place.x, place.y, place.z, [0.14, 0.03, 0.14], plain(random, [0.1, 0.1, 0.1])),
    frustum(place.x, place.y, place.z, [0.02, height, 0.02], plain(random, [0.1, 0.1, 0.1])),
    frustum(place.x, place.y + height, place.z, [0.22, 0.3, 0.13], plain(random, [0.9, 0.8, 0.6], 0.05)),
  ];
}

const PIECES = [table, table, chair, chair, sofa, bed, cabinet, cabinet, cabinet, lamp] as const;

/** A random piece of furniture whose back (+z of its own frame) belongs to a wall. */
export function furniture(random: Random, place: Place): Solid[] {
  if (random.chance(0.12)) return trinket(random, place, random.uniform(0.25, 1));
  return random.pick(PIECES)(random, place);
}
