import { DepthError } from "../../util/errors.ts";
import { createRandom, type Random } from "../../util/random.ts";
import type { Dataset, DepthSample } from "../sample.ts";
import { pixelRays } from "./camera.ts";
import { CAMERA_MOVES, type CameraMove, cameraPath } from "./camera-path.ts";
import type { ExactMotion, MotionFrame } from "./clip-motion.ts";
import { exactMotion } from "./clip-motion.ts";
import { develop } from "./develop.ts";
import { person } from "./people-and-plants.ts";
import { renderScene } from "./render.ts";
import { BUILDERS, type SceneKind } from "./scene.ts";
import type { Scene } from "./shade.ts";
import type { Solid } from "./solids.ts";
import { car } from "./vehicles.ts";

/** What a procedural clip is like. */
export interface ClipOptions {
  /** Default 384. */
  readonly width?: number;
  /** Default 216. */
  readonly height?: number;
  /** Default: a room or a street, by the seed. */
  readonly kind?: SceneKind;
  /** Default: by the seed. */
  readonly move?: CameraMove;
  /** Whether a person or a car moves through the picture. Default: by the seed, in every second clip. */
  readonly moving?: boolean;
  /** Default 25. */
  readonly framesPerSecond?: number;
}

/** A camera in the world, x right, y down, z forward as OpenCV has it; metres. */
export interface CameraPose {
  /** World to camera: `camera = rotation * world + translation`, rows first. */
  readonly rotation: readonly number[];
  readonly translation: readonly [number, number, number];
}

/** A frame with everything that is exactly known of it. */
export interface ClipFrame {
  /** Picture, metres along the optical axis, camera. */
  readonly sample: DepthSample;
  readonly pose: CameraPose;
  /** 1 where the moving thing is seen. */
  readonly moving: Uint8Array;
  /** To the frame before (for the first: to itself). */
  readonly motion: ExactMotion;
}

/** An invented take; frames are drawn when asked for. */
export interface ProceduralClip {
  readonly frames: number;
  readonly name: string;
  /** @throws DepthError `bad-argument` for a number that is no frame */
  frame(index: number): ClipFrame;
}

/** Metres a second and from the camera of what moves through a room or a street. */
const MOVERS = {
  room: { speed: 0.9, near: 2, far: 3.5 },
  street: { speed: 3, near: 7, far: 14 },
} as const;

/**
 * An invented clip with exact depth, camera poses and motion: a scene of `proceduralScene`'s world, a camera path that
 * touches nothing, and now and then something that moves. The same seed and options give the same frames, whichever are
 * asked for and in whatever order.
 * @throws DepthError `bad-argument` for a size or a number of frames that is no positive integer
 */
export function proceduralClip(seed: number, frames: number, options: ClipOptions = {}): ProceduralClip {
  const { width = 384, height = 216, framesPerSecond = 25 } = options;
  if (![width, height, frames].every((value) => Number.isInteger(value) && value > 0))
    throw new DepthError("bad-argument", `A clip needs whole sizes above 0, got ${frames} of ${width}x${height}.`);
  const random = createRandom(seed, 0xc11b);
  const kind = options.kind ?? random.pick(["room", "street"] as const);
  const scene = BUILDERS[kind](createRandom(seed, 1));
  const move = options.move ?? random.pick(CAMERA_MOVES);
  const seconds = frames / framesPerSecond;
  const path = cameraPath(scene.camera, scene.solids, move, seconds, kind === "room", createRandom(seed, 2));
  const hasMover = options.moving ?? random.chance(0.5);
  const mover = hasMover ? moverOf(scene, seconds, createRandom(seed, 3)) : undefined;
  const name = `${kind}-${move}${mover ? "-moving" : ""}-${seed}`;

  const still = (index: number): MotionFrame & { readonly rgb: Float32Array } => {
    const time = index / framesPerSecond;
    const moved = { x: (mover?.speed.x ?? 0) * time, z: (mover?.speed.z ?? 0) * time };
    const moving = (mover?.solids ?? []).map((solid) => ({ ...solid, x: solid.x + moved.x, z: solid.z + moved.z }));
    const camera = path(time);
    const drawn = renderScene({ ...scene, camera, solids: [...scene.solids, ...moving] }, width, height);
    const isMoving = new Set<Solid | undefined>(moving);
    return {
      ...{ rays: pixelRays(camera, width, height), width, height, moved },
      ...{ rgb: drawn.rgb, depthMetres: drawn.depthMetres },
      moving: Uint8Array.from(drawn.owners, (owner) => (isMoving.has(owner) ? 1 : 0)),
    };
  };
  let latest: { readonly index: number; readonly frame: ReturnType<typeof still> } | undefined;
  const drawn = (index: number) => (latest?.index === index ? latest.frame : still(index));

  return {
    frames,
    name,
    frame: (index) => {
      if (!(Number.isInteger(index) && index >= 0 && index < frames))
        throw new DepthError("bad-argument", `Clip ${name} has frames 0 to ${frames - 1}, not ${index}.`);
      const before = drawn(Math.max(0, index - 1));
      const frame = index === 0 ? before : drawn(index);
      latest = { index, frame };
      const { rays, rgb, depthMetres, moving } = frame;
      // One exposure and colour balance for the clip, noise of its own for every frame.
      const data = develop(rgb, width, height, createRandom(seed, 4), createRandom(seed, 5, index));
      const source = `procedural clip ${name}, frame ${index}`;
      return {
        sample: {
          image: { width, height, data, maxValue: 255, source },
          truth: { kind: "depth-metres", data: depthMetres },
          dataset: "procedural-clips",
          source,
          intrinsics: { fx: rays.focalPx, fy: rays.focalPx, cx: width / 2, cy: height / 2 },
        },
        pose: poseOf(rays),
        moving,
        motion: exactMotion(frame, before),
      };
    },
  };
}

/**
 * `count` procedural clips of as many frames each as one dataset of sequences; clip number `i` depends on the seed and `i`
 * alone.
 */
export function proceduralClips(count: number, frames: number, seed: number, options: ClipOptions = {}): Dataset {
  let latest: { readonly number: number; readonly clip: ProceduralClip } | undefined;
  const clipAt = (number: number): ProceduralClip => {
    if (latest?.number !== number)
      latest = { number, clip: proceduralClip(createRandom(seed, number).int(0x7fffffff), frames, options) };
    return latest.clip;
  };
  const clipOf = (index: number) => Math.floor(index / frames);
  const nameOf = (index: number) => String(clipOf(index)).padStart(3, "0");
  return {
    name: "procedural-clips",
    length: count * frames,
    summary: "invented clips with exact depth in metres, sky at infinity",
    idOf: (index) => `${nameOf(index)}/${String(index % frames).padStart(4, "0")}`,
    sequenceOf: nameOf,
    get: async (index) => clipAt(clipOf(index)).frame(index % frames).sample,
  };
}

/** A person or car that crosses the middle of the picture in the middle of the clip. */
function moverOf({ kind, camera }: Scene, seconds: number, random: Random) {
  const { speed, near, far } = kind === "room" ? MOVERS.room : MOVERS.street;
  const away = random.uniform(near, far);
  const heading = random.pick([-1, 1]);
  const pace = speed * random.uniform(0.7, 1.3);
  const speedOf = { x: heading * pace * Math.cos(camera.yaw), z: -heading * pace * Math.sin(camera.yaw) };
  const place = {
    x: camera.x + away * Math.sin(camera.yaw) - (speedOf.x * seconds) / 2,
    y: 0,
    z: camera.z + away * Math.cos(camera.yaw) - (speedOf.z * seconds) / 2,
    yaw: -camera.yaw + Math.PI / 2,
  };
  const solids = (kind === "room" || random.chance(0.5) ? person : car)(random, place);
  return { solids, speed: speedOf };
}

function poseOf(rays: ReturnType<typeof pixelRays>): CameraPose {
  const origin = rays.toCamera(0, 0, 0);
  const axes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const;
  // The world's y points up, the pose's down: both the world's and the camera's axis are turned.
  const columns = axes.map((axis, i) => {
    const moved = rays.toCamera(axis[0], axis[1], axis[2]);
    const sign = i === 1 ? -1 : 1;
    return [sign * (moved[0] - origin[0]), -sign * (moved[1] - origin[1]), sign * (moved[2] - origin[2])];
  });
  return {
    rotation: [0, 1, 2].flatMap((row) => columns.map((column) => column[row] as number)),
    translation: [origin[0], -origin[1], origin[2]],
  };
}
