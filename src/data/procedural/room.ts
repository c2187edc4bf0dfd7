import type { Random } from "../../util/random.ts";
import { boxAt, cloth, furniture, type Place, woodColour } from "./furniture.ts";
import { byFace, checker, courses, picture, plain, randomColour, stripes } from "./materials.ts";
import { person } from "./people-and-plants.ts";
import type { Scene } from "./shade.ts";
import { hall, type Material, type Rgb, type Solid } from "./solids.ts";

/** A furnished room, or now and then a corridor, seen from inside. */
export function room(random: Random): Scene {
  const corridor = random.chance(0.12);
  const width = corridor ? random.uniform(1.5, 2.5) : random.uniform(2.8, 7);
  const depth = corridor ? random.uniform(7, 18) : random.uniform(2.8, 8);
  const height = random.uniform(2.3, 3.1);
  const wall = wallMaterial(random);
  const shell = hall(
    0,
    0,
    depth / 2,
    [width, height, depth],
    byFace(wall, floorMaterial(random), ceilingMaterial(random)),
  );
  const camera = {
    x: random.uniform(-0.3, 0.3) * width,
    height: random.uniform(0.9, 1.7),
    z: random.uniform(0.15, 0.5),
    yaw: corridor ? random.uniform(-0.2, 0.2) : random.uniform(-0.6, 0.6),
    pitch: random.uniform(-0.4, 0.08),
    roll: 0.03 * random.normal(),
    focalRatio: random.uniform(0.75, 1.25),
  };
  const taken: { x: number; z: number; radius: number }[] = [{ x: camera.x, z: camera.z, radius: 0.8 }];
  const solids: Solid[] = [shell, ...wallThings(random, width, height, depth)];
  const pieces = corridor ? random.int(5) : 6 + random.int(12);
  for (let i = 0; i < pieces; i++) {
    const place = random.chance(0.7) ? alongWall(random, width, depth) : inTheMiddle(random, width, depth);
    const radius = 0.45;
    if (taken.some((other) => Math.hypot(other.x - place.x, other.z - place.z) < other.radius + radius)) continue;
    taken.push({ x: place.x, z: place.z, radius });
    solids.push(...(random.chance(0.06) ? person : furniture)(random, place));
  }
  if (random.chance(0.25)) {
    const rug = inTheMiddle(random, width, depth);
    solids.push(boxAt(rug, [random.uniform(1, 2.5), 0.012, random.uniform(1, 2)], cloth(random)));
  }
  const warm = random.uniform(0.7, 1);
  const ambient = random.uniform(0.25, 0.6);
  return {
    kind: "room",
    camera,
    solids,
    light: {
      x: random.uniform(-0.35, 0.35) * width,
      y: height - 0.15,
      z: random.uniform(0.2, 0.9) * depth,
      lamp: true,
      colour: [1, 0.9 * warm + 0.1, 0.8 * warm],
      ambient: [ambient, ambient, ambient],
      shadow: random.uniform(0.2, 0.8),
    },
    sky: (_dx, _dy, _dz, rgb) => rgb.fill(0.5),
    hazeMetres: Number.POSITIVE_INFINITY,
  };
}

function alongWall(random: Random, width: number, depth: number): Place {
  const gap = random.uniform(0.32, 0.5);
  const z = random.uniform(0.15, 0.9) * depth;
  // The back of a piece (+z of its own frame) looks at the wall.
  return random.pick<Place>([
    { x: random.uniform(-0.4, 0.4) * width, y: 0, z: depth - gap, yaw: 0 },
    { x: -width / 2 + gap, y: 0, z, yaw: Math.PI / 2 },
    { x: width / 2 - gap, y: 0, z, yaw: -Math.PI / 2 },
  ]);
}

function inTheMiddle(random: Random, width: number, depth: number): Place {
  return {
    x: random.uniform(-0.35, 0.35) * width,
    y: 0,
    z: random.uniform(0.3, 0.85) * depth,
    yaw: random.uniform(-Math.PI, Math.PI),
  };
}

function wallMaterial(random: Random): Material {
  const colour = randomColour(random, random.uniform(0.25, 0.75), random.uniform(0, 0.35));
  const other = colour.map((value) => value * random.uniform(0.7, 0.95)) as Rgb;
  return random.pick([
    () => plain(random, colour, 0.06, 1.5),
    () => plain(random, colour, 0.06, 1.5),
    () => plain(random, colour, 0.25, 0.3),
    () => stripes(colour, other, random.uniform(0.1, 0.4), "u"),
    () => courses(random, colour, [0.4, 0.38, 0.35], random.uniform(0.1, 0.4), random.uniform(0.07, 0.3), 0.15),
  ])();
}

function floorMaterial(random: Random): Material {
  const colour = woodColour(random);
  const dark = colour.map((value) => value * 0.35) as Rgb;
  return random.pick([
    () => courses(random, colour, dark, random.uniform(0.8, 2), random.uniform(0.07, 0.2), 0.45),
    () => courses(random, randomColour(random, 0.4, 0.15), [0.2, 0.19, 0.18], 0.33, 0.33, 0.15),
    () => plain(random, randomColour(random, random.uniform(0.08, 0.4), 0.3), 0.3, 0.15),
    () => checker(randomColour(random, 0.5, 0.1), randomColour(random, 0.1, 0.2), random.uniform(0.2, 0.5)),
  ])();
}

function ceilingMaterial(random: Random): Material {
  const light = random.uniform(0.5, 0.85);
  return random.chance(0.25)
    ? courses(random, [light, light, light], [0.3, 0.3, 0.3], 0.6, 0.6, 0.05)
    : plain(random, [light, light, light * 0.97], 0.05, 1);
}

/** Pictures, windows, doors and curtains on the three visible walls. */
function wallThings(random: Random, width: number, height: number, depth: number): Solid[] {
  const walls: readonly { place: (along: number) => Place; length: number }[] = [
    { place: (along) => ({ x: along, y: 0, z: depth, yaw: 0 }), length: width },
    { place: (along) => ({ x: -width / 2, y: 0, z: depth / 2 + along, yaw: Math.PI / 2 }), length: depth },
    { place: (along) => ({ x: width / 2, y: 0, z: depth / 2 + along, yaw: -Math.PI / 2 }), length: depth },
  ];
  return walls.flatMap(({ place, length }) => {
    const slots = Math.max(1, Math.floor(length / 1.4));
    return Array.from({ length: slots }, (_, slot) => {
      const foot = place(((slot + 0.5) / slots - 0.5) * length);
      const at = (y: number): Place => ({ ...foot, y });
      switch (random.int(6)) {
        case 0:
        case 1: {
          const [wide, tall] = [random.uniform(0.3, 1.1), random.uniform(0.3, 0.9)];
          return [boxAt(at(random.uniform(1.1, 1.5)), [wide, tall, 0.06], picture(random, wide / 2, tall))];
        }
        case 2: {
          const wide = random.uniform(0.7, 1.2);
          const pane: Rgb = random.chance(0.7) ? [1.6, 1.7, 1.9] : [0.03, 0.04, 0.06];
          const frame = courses(random, pane, [0.6, 0.58, 0.55], wide / 2, random.uniform(0.4, 0.7), 0.1);
          const curtain = (side: number) =>
            boxAt(
              { ...foot, x: foot.x + Math.cos(foot.yaw) * side, z: foot.z + Math.sin(foot.yaw) * side, y: 0.5 },
              [0.35, height - 0.6, 0.16],
              drape,
            );
          const drape = stripes([0.5, 0.45, 0.4], randomColour(random, 0.3, 0.6), 0.09, "u");
          return [
            boxAt(at(0.85), [wide, 1.25, 0.04], frame),
            ...(random.chance(0.4) ? [curtain(-wide / 2 - 0.1), curtain(wide / 2 + 0.1)] : []),
          ];
        }
        case 3: {
          const colour = woodColour(random);
          const panels = random.chance(0.5)
            ? plain(random, colour, 0.15)
            : courses(random, colour, colour.map((value) => value * 0.5) as Rgb, 0.475, random.pick([0.5, 1]), 0.1);
          return [
            boxAt(at(0), [1.05, 2.1, 0.06], plain(random, colour.map((value) => 0.3 + 0.5 * value) as Rgb)),
            boxAt(at(0), [0.9, 2.02, 0.09], panels),
          ];
        }
        default:
          return [];
      }
    }).flat();
  });
}
