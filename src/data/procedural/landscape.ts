import type { Random } from "../../util/random.ts";
import { type Camera, isClearOf } from "./camera.ts";
import { trinket, woodColour } from "./furniture.ts";
import { courses, plain, randomColour, rough, stripes } from "./materials.ts";
import { daylight } from "./outdoor-light.ts";
import { bush, person, rock, tree } from "./people-and-plants.ts";
import type { Scene } from "./shade.ts";
import { box, ellipsoid, frustum, ground, type Rgb, type Solid } from "./solids.ts";

/** Open land: grass, sand or snow with trees, rocks, people, a fence or a hut, and hills far away. */
export function landscape(random: Random): Scene {
  const [soil, cell] = random.pick<readonly [Rgb, number]>([
    [[0.08, 0.14, 0.04], 0.25],
    [[0.12, 0.17, 0.05], 0.5],
    [[0.35, 0.28, 0.18], 0.6],
    [[0.2, 0.16, 0.11], 0.4],
    [[0.75, 0.77, 0.8], 1.5],
  ]);
  const camera: Camera = {
    x: 0,
    height: random.uniform(0.5, 2.5),
    z: 0,
    yaw: 0,
    pitch: random.uniform(-0.3, 0.12),
    roll: 0.025 * random.normal(),
    focalRatio: random.uniform(0.8, 1.7),
  };
  const grass = rough(random, soil, cell);
  const trail = plain(random, soil.map((value) => value * 1.5) as Rgb, 0.5, 0.3, 4);
  const [bend, half] = [random.uniform(-0.3, 0.3), random.chance(0.4) ? random.uniform(0.4, 1.5) : 0];
  const solids: Solid[] = [
    ground(0, (at, rgb) => (Math.abs(at.x - bend * at.z + Math.sin(at.z / 6)) < half ? trail : grass)(at, rgb)),
  ];
  const density = random.uniform(0.3, 1);
  for (let z = random.uniform(2, 6); z < 120; z *= random.uniform(1.05, 1.25)) {
    if (!random.chance(density)) continue;
    const place = { x: random.uniform(-0.8, 0.8) * (z + 1), y: 0, z, yaw: random.uniform(-3, 3) };
    const thing = random.pick([tree, tree, tree, bush, rock, z < 25 ? person : tree])(random, place);
    if (isClearOf(camera, thing)) solids.push(...thing);
  }
  for (let i = random.int(5); i > 0; i--) {
    const far = random.uniform(150, 1500);
    const hill = rough(random, randomColour(random, random.uniform(0.06, 0.2), 0.5), far / 30, 0.7);
    const size = far * random.uniform(0.3, 0.7);
    solids.push(
      ellipsoid(
        random.uniform(-1, 1) * far,
        -size * 0.1,
        far + size,
        [size * 1.6, size * random.uniform(0.2, 0.6), size],
        hill,
      ),
    );
  }
  if (random.chance(0.3)) solids.push(...fence(random));
  if (random.chance(0.3)) solids.push(...hut(random));
  return { kind: "landscape", camera, solids, ...daylight(random) };
}

function fence(random: Random): Solid[] {
  const wood = plain(random, woodColour(random), 0.4, 0.1);
  const [z, tall] = [random.uniform(4, 15), random.uniform(0.8, 1.4)];
  const posts = Array.from({ length: 14 }, (_, i) => frustum((i - 7) * 2, 0, z, [0.07, tall, 0.06], wood));
  return [...posts, box(0, tall * 0.45, z, [28, 0.1, 0.05], 0, wood), box(0, tall * 0.85, z, [28, 0.1, 0.05], 0, wood)];
}

function hut(random: Random): Solid[] {
  const colour = randomColour(random, random.uniform(0.15, 0.6), 0.3);
  const wall = courses(random, colour, colour.map((value) => value * 0.4) as Rgb, 3, random.uniform(0.1, 0.3));
  const roof = stripes([0.2, 0.08, 0.05], [0.12, 0.05, 0.03], 0.3, "u");
  const [x, z, yaw] = [random.uniform(-10, 10), random.uniform(12, 40), random.uniform(-0.8, 0.8)];
  const [width, height, depth] = [random.uniform(4, 9), random.uniform(2.5, 5), random.uniform(4, 8)];
  return [
    box(x, 0, z, [width, height, depth], yaw, wall),
    box(x, height, z, [width + 0.8, 0.3, depth + 0.8], yaw, roof),
    box(x, height + 0.3, z, [width * 0.6, 0.6, depth * 0.6], yaw, roof),
  ];
}

/** Things on a table or the ground close by, before a wall or a far background. */
export function stillLife(random: Random): Scene {
  const tall = random.uniform(0.25, 0.9);
  const camera: Camera = {
    x: 0,
    height: tall,
    z: 0,
    yaw: 0,
    pitch: -random.uniform(0.1, 0.6),
    roll: 0.04 * random.normal(),
    focalRatio: random.uniform(0.9, 1.8),
  };
  const colour = woodColour(random);
  const top = random.pick([
    () => courses(random, colour, colour.map((value) => value * 0.4) as Rgb, 1.5, random.uniform(0.06, 0.2)),
    () => plain(random, colour, 0.3, 0.2),
    () => rough(random, randomColour(random, 0.2, 0.4), 0.05),
  ])();
  const far = random.uniform(1, 4);
  const wall = plain(random, randomColour(random, random.uniform(0.1, 0.7), 0.4), 0.2, 0.5);
  const solids: Solid[] = [ground(0, top)];
  if (random.chance(0.75)) solids.push(box(0, -1, far + 1, [20, 5, 1], random.uniform(-0.3, 0.3), wall));
  for (let i = 3 + random.int(8); i > 0; i--) {
    const z = random.uniform(0.5, far);
    const place = { x: random.uniform(-0.5, 0.5) * z, y: 0, z, yaw: random.uniform(-3, 3) };
    solids.push(...trinket(random, place, random.uniform(0.08, 0.4) * Math.min(1, z)));
  }
  return { kind: "still-life", camera, solids, ...daylight(random) };
}
