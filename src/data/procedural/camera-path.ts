import type { Random } from "../../util/random.ts";
import type { Camera } from "./camera.ts";
import type { Solid } from "./solids.ts";

/** How a camera moves. `still`: not at all. `pan`: it turns. `forward`: it goes ahead. `orbit`: it goes aside and turns back. `hand-held`: it sways. */
export type CameraMove = "still" | "pan" | "forward" | "orbit" | "hand-held";

/** All moves. */
export const CAMERA_MOVES: readonly CameraMove[] = ["still", "pan", "forward", "orbit", "hand-held"];

/** Where a camera is at a time in seconds. */
export type CameraPath = (seconds: number) => Camera;

/** Speeds of a path; rooms are smaller than streets. */
interface Pace {
  readonly metresPerSecond: number;
  /** What an orbit turns about, ahead of the camera. */
  readonly targetMetres: number;
}

const INDOORS: Pace = { metresPerSecond: 0.5, targetMetres: 2.5 };
const OUTDOORS: Pace = { metresPerSecond: 4, targetMetres: 12 };

/** The camera never comes nearer to a thing, or to the walls of its room. */
const CLEARANCE_METRES = 0.35;
const WALL_CLEARANCE_METRES = 0.1;
/** A path that comes too near is slowed by this and tried again. */
const SLOWER = 0.7;
const TRIES = 9;
/** Places of a path that are checked a second. */
const CHECKS_PER_SECOND = 4;

/**
 * A path from a scene's camera that keeps clear of its solids for a time; the same random numbers give the same path.
 * Starts and ends are not slow: a clip is cut out of a longer take.
 */
export function cameraPath(
  start: Camera,
  solids: readonly Solid[],
  move: CameraMove,
  seconds: number,
  isIndoors: boolean,
  random: Random,
): CameraPath {
  const pace = isIndoors ? INDOORS : OUTDOORS;
  const side = random.pick([-1, 1]);
  const turn = side * random.uniform(0.15, 0.35);
  const speed = pace.metresPerSecond * random.uniform(0.6, 1.4);
  const phases = Array.from({ length: 5 }, () => random.uniform(0, 2 * Math.PI));
  const rates = Array.from({ length: 5 }, () => random.uniform(2, 7));
  const sway = (i: number, t: number) =>
    Math.sin((rates[i] as number) * t + (phases[i] as number)) - Math.sin(phases[i] as number);
  const pathAt =
    (share: number): CameraPath =>
    (t) => {
      const { x, z, yaw } = start;
      const along = share * speed * t;
      if (move === "pan") return { ...start, yaw: yaw + turn * t, pitch: start.pitch + 0.03 * sway(0, t) };
      if (move === "forward")
        return { ...start, x: x + along * Math.sin(yaw), z: z + along * Math.cos(yaw), yaw: yaw + 0.02 * sway(1, t) };
      if (move === "orbit") {
        const aside = side * along;
        return {
          ...start,
          x: x + aside * Math.cos(yaw),
          z: z - aside * Math.sin(yaw),
          yaw: yaw - Math.atan2(aside, pace.targetMetres),
        };
      }
      if (move === "hand-held")
        return {
          ...start,
          x: x + share * 0.06 * sway(0, t),
          height: start.height + share * 0.03 * sway(1, t),
          z: z + share * 0.06 * sway(2, t),
          yaw: yaw + 0.03 * sway(3, t),
          pitch: start.pitch + 0.02 * sway(4, t),
        };
      return start;
    };
  const checks = Math.max(1, Math.ceil(seconds * CHECKS_PER_SECOND));
  for (let i = 0, share = 1; i < TRIES; i++, share *= SLOWER) {
    const path = pathAt(share);
    const isFree = Array.from({ length: checks + 1 }, (_, k) => path((k * seconds) / checks)).every((camera) =>
      solids.every((solid) => isClear(solid, camera)),
    );
    if (isFree) return path;
  }
  return pathAt(0);
}

function isClear({ kind, x, y, z, a, b, c, cos, sin, radius }: Solid, camera: Camera): boolean {
  const [px, py, pz] = [camera.x - x, camera.height - y, camera.z - z];
  if (kind === "ground") return py > CLEARANCE_METRES;
  if (kind === "ellipsoid" || kind === "frustum") return Math.hypot(px, py, pz) > radius + CLEARANCE_METRES;
  const beyond = [Math.abs(cos * px + sin * pz) - a, Math.abs(py) - b, Math.abs(cos * pz - sin * px) - c] as const;
  if (kind === "hall") return Math.max(...beyond) < -WALL_CLEARANCE_METRES;
  return Math.hypot(...beyond.map((value) => Math.max(0, value))) > CLEARANCE_METRES;
}
