import type { Random } from "../../util/random.ts";
import { type Camera, isClearOf } from "./camera.ts";
import { beside, boxAt, type Place } from "./furniture.ts";
import { byFace, courses, facade, picture, plain, randomColour, rough } from "./materials.ts";
import { daylight } from "./outdoor-light.ts";
import { bush, person, tree } from "./people-and-plants.ts";
import type { Scene } from "./shade.ts";
import { box, ellipsoid, frustum, ground, type Material, type Rgb, type Solid } from "./solids.ts";
import { car, lorry } from "./vehicles.ts";

/** A street between buildings or trees, seen from the road or the pavement. */
export function street(random: Random): Scene {
  const roadHalf = random.uniform(2.5, 7);
  const pavement = random.uniform(1.5, 5);
  const edge = roadHalf + pavement;
  const onRoad = random.chance(0.65);
  const camera: Camera = {
    x: onRoad ? random.uniform(-0.6, 0.6) * roadHalf : random.pick([-1, 1]) * (roadHalf + pavement * 0.5),
    height: random.uniform(1.2, 2.1),
    z: 0,
    yaw: random.chance(0.6) ? random.uniform(-0.15, 0.15) : random.uniform(-0.8, 0.8),
    pitch: random.uniform(-0.15, 0.15),
    roll: 0.02 * random.normal(),
    focalRatio: random.uniform(0.8, 1.6),
  };
  const verge = random.chance(0.5) ? rough(random, [0.09, 0.14, 0.04], 0.3) : plain(random, [0.25, 0.24, 0.22], 0.4);
  const solids: Solid[] = [ground(0, roadMaterial(random, roadHalf, verge))];
  for (const side of [-1, 1]) {
    const slabs = courses(
      random,
      randomColour(random, 0.3, 0.1),
      [0.15, 0.15, 0.14],
      0.6,
      random.uniform(0.3, 0.6),
      0.2,
    );
    solids.push(box(side * (roadHalf + pavement / 2), 0, 90, [pavement, 0.14, 220], 0, slabs));
    solids.push(...roadside(random, camera, side, edge, random.chance(0.75)));
    solids.push(...streetFurniture(random, camera, side, roadHalf, pavement));
  }
  for (let i = random.int(5); i > 0; i--) {
    const z = random.uniform(5, 50);
    const parked = random.chance(0.6);
    const x = random.pick([-1, 1]) * (parked ? roadHalf - 1.1 : roadHalf * 0.45);
    if (Math.abs(x - camera.x) < 1.6 && z < 8) continue;
    solids.push(...car(random, { x, y: 0, z, yaw: (random.chance(0.5) ? 0 : Math.PI) + 0.05 * random.normal() }));
  }
  for (let i = random.int(4); i > 0; i--) {
    const x = random.chance(0.7)
      ? random.pick([-1, 1]) * (roadHalf + pavement * random.uniform(0.2, 0.9))
      : random.uniform(-roadHalf, roadHalf);
    const place = { x, y: Math.abs(x) > roadHalf ? 0.14 : 0, z: random.uniform(2.5, 20), yaw: random.uniform(-3, 3) };
    if (Math.hypot(x - camera.x, place.z) > 2) solids.push(...person(random, place));
  }
  if (random.chance(0.6)) solids.push(...backdrop(random));
  return { kind: "street", camera, solids, ...daylight(random) };
}

/**
 * A road full of cars and lorries, seen from a car among them by a camera on its roof: what stands beside it is a few
 * metres away and reaches over the picture's edge.
 */
export function traffic(random: Random): Scene {
  const [laneWidth, lanes] = [random.uniform(2.9, 3.8), random.pick([1, 2, 2, 3, 3, 4])];
  const own = random.int(lanes);
  const roadHalf = (laneWidth * lanes) / 2;
  const pavement = random.uniform(0.5, 4);
  const camera: Camera = {
    x: (own + 0.5) * laneWidth - roadHalf + 0.2 * random.normal(),
    height: random.uniform(1.3, 2),
    z: 0,
    yaw: 0.05 * random.normal(),
    pitch: 0.03 * random.normal(),
    roll: 0.01 * random.normal(),
    focalRatio: random.uniform(1, 2.2),
  };
  const verge = rough(random, [0.09, 0.14, 0.04], 0.3);
  const solids: Solid[] = [ground(0, roadMaterial(random, roadHalf, verge))];
  const built = random.chance(0.5);
  for (const side of [-1, 1]) {
    solids.push(...roadside(random, camera, side, roadHalf + pavement, built));
    solids.push(...streetFurniture(random, camera, side, roadHalf, pavement));
    if (random.chance(0.4)) solids.push(guardRail(random, side * (roadHalf + 0.3)));
  }
  const density = random.uniform(0.3, 1);
  // The lanes themselves and a row of parked cars at either side.
  for (let lane = -1; lane <= lanes; lane++) {
    const isParking = lane < 0 || lane >= lanes;
    const x = (lane + 0.5) * laneWidth - roadHalf;
    if (isParking && random.chance(0.6)) continue;
    const lorries = isParking ? 0 : random.uniform(0, 0.6);
    for (let z = lane === own ? random.uniform(5, 25) : random.uniform(-6, 6); z < 120; ) {
      const isLorry = random.chance(lorries);
      const length = isLorry ? random.uniform(6, 14) : random.uniform(3.6, 4.8);
      if (random.chance(density)) {
        const yaw = (lane < lanes / 2 ? Math.PI : 0) + 0.03 * random.normal();
        const place = { x: x + 0.2 * random.normal(), y: 0, z: z + length / 2, yaw };
        solids.push(...(isLorry ? lorry(random, place, length) : car(random, place)));
      }
      z += length + random.uniform(1.5, 3 + 12 * (1 - density));
    }
  }
  if (random.chance(0.6)) solids.push(...backdrop(random));
  return { kind: "traffic", camera, solids, ...daylight(random) };
}

function guardRail(random: Random, x: number): Solid {
  const grey = random.uniform(0.2, 0.5);
  return box(x, 0.4, 90, [0.12, 0.35, 220], 0, courses(random, [grey, grey, grey], [0.1, 0.1, 0.1], 4, 0.35, 0.1));
}

function roadMaterial(random: Random, half: number, verge: Material): Material {
  const grey = random.uniform(0.08, 0.22);
  const asphalt = plain(random, [grey, grey, grey * 1.04], 0.35, 0.8, 5);
  const paint: Rgb = random.chance(0.85) ? [0.7, 0.7, 0.68] : [0.7, 0.5, 0.1];
  const [dash, lanes] = [random.uniform(3, 8), random.pick([0, 1, 1, 2])];
  return (at, rgb) => {
    const across = Math.abs(at.x);
    if (across > half) return verge(at, rgb);
    asphalt(at, rgb);
    const centre = lanes === 2 ? Math.abs(across - half / 3) : across;
    const dashed = at.z / dash - Math.floor(at.z / dash) < 0.5;
    const line = (lanes > 0 && centre < 0.07 && dashed) || Math.abs(across - half + 0.3) < 0.06;
    const share = line ? Math.min(1, 0.12 / at.footprint) : 0;
    for (let i = 0; i < 3; i++) rgb[i] = (rgb[i] as number) * (1 - share) + (paint[i] as number) * share;
  };
}

/** One side of the street from near to far: houses with gaps, or trees and fences. */
function roadside(random: Random, camera: Camera, side: number, edge: number, built: boolean): Solid[] {
  const solids: Solid[] = [];
  for (let z = random.uniform(-12, 2); z < 130; ) {
    if (built && random.chance(0.85)) {
      const [width, depth, height] = [random.uniform(6, 22), random.uniform(8, 16), random.uniform(3.5, 20)];
      const setback = random.chance(0.3) ? random.uniform(0, 5) : 0.1;
      const tint = randomColour(random, random.uniform(0.2, 0.65), random.uniform(0, 0.3));
      const wall = random.chance(0.4)
        ? courses(random, tint, [0.4, 0.38, 0.35], 0.25, 0.09, 0.3)
        : plain(random, tint, 0.15, 2);
      const roof = plain(random, randomColour(random, 0.15, 0.4));
      const front = facade(random, wall, [0.03, 0.04, 0.06]);
      const x = side * (edge + setback + depth / 2);
      solids.push(box(x, 0, z + width / 2, [depth, height, width], 0, byFace(front, roof, roof)));
      if (random.chance(0.4)) solids.push(box(x, height, z + width / 2, [depth + 0.8, 0.5, width + 0.5], 0, roof));
      z += width + (random.chance(0.6) ? 0 : random.uniform(1, 8));
    } else {
      const x = side * (edge + random.uniform(1, 12));
      const plant = (random.chance(0.75) ? tree : bush)(random, { x, y: 0, z, yaw: 0 });
      if (isClearOf(camera, plant)) solids.push(...plant);
      z += random.uniform(2, 10);
    }
  }
  return solids;
}

function streetFurniture(random: Random, camera: Camera, side: number, roadHalf: number, pavement: number): Solid[] {
  const solids: Solid[] = [];
  const x = side * (roadHalf + 0.35);
  const metal = plain(random, randomColour(random, random.uniform(0.05, 0.4), 0.1));
  const spacing = random.uniform(8, 25);
  const kind = random.int(4);
  for (let z = random.uniform(3, 12); z < 80 && kind < 3; z += spacing) {
    if (Math.hypot(x - camera.x, z) < 2.5) continue;
    const place: Place = { x: kind === 0 ? x + side * pavement * 0.2 : x, y: 0.14, z, yaw: 0 };
    if (kind === 0) {
      const plant = tree(random, place, random.uniform(4, 8));
      if (isClearOf(camera, plant)) solids.push(...plant);
    } else if (kind === 1) {
      const height = random.uniform(4, 8);
      solids.push(frustum(x, 0, z, [0.09, height, 0.05], metal));
      solids.push(boxAt(beside(place, -side * 0.7, height - 0.2, 0), [1.5, 0.12, 0.25], metal));
    } else {
      const height = random.uniform(2, 2.8);
      const sign = picture(random, 0.35, 0.7);
      solids.push(frustum(x, 0, z, [0.035, height, 0.035], metal));
      solids.push(boxAt(beside(place, 0, height - 0.7, -0.05), [0.7, 0.7, 0.03], sign));
    }
  }
  return solids;
}

/** What closes the view far down the street. */
function backdrop(random: Random): Solid[] {
  const z = random.uniform(90, 200);
  if (random.chance(0.5)) {
    const stone = plain(random, randomColour(random, 0.4, 0.2));
    const front = facade(random, stone, [0.03, 0.04, 0.06]);
    return [
      box(
        random.uniform(-20, 20),
        0,
        z,
        [random.uniform(15, 60), random.uniform(8, 30), 15],
        0,
        byFace(front, stone, stone),
      ),
    ];
  }
  const woods = rough(random, [0.06, 0.1, 0.04], 3);
  return [
    ellipsoid(random.uniform(-60, 60), -5, z + 150, [random.uniform(80, 300), random.uniform(15, 50), 100], woods),
  ];
}
