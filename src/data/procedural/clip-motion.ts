import type { Rays } from "./camera.ts";

/** A frame as its motion needs it. */
export interface MotionFrame {
  readonly rays: Rays;
  readonly depthMetres: Float32Array;
  readonly width: number;
  readonly height: number;
  /** 1 where the clip's moving thing is seen. */
  readonly moving: Uint8Array;
  /** How far that has moved since the first frame, in metres. */
  readonly moved: { readonly x: number; readonly z: number };
}

/** Where the pixels of a frame were in another one. */
export interface ExactMotion {
  /** Pixels to the right and down. */
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** 1 where the same point is seen in both frames. */
  readonly visible: Uint8Array;
}

/** Sky moves as something this far away. */
const SKY_METRES = 1e7;

/** A point is the one seen when its depth there is this close; surfaces seen at a grazing angle change within a pixel. */
const SAME_DEPTH = 0.02;

/** The exact motion of every pixel from one frame to another of the same size, by geometry. */
export function exactMotion(from: MotionFrame, to: MotionFrame): ExactMotion {
  const { width, height, depthMetres, rays } = from;
  const u = new Float32Array(width * height);
  const v = new Float32Array(width * height);
  const visible = new Uint8Array(width * height);
  const direction = { x: 0, y: 0, z: 0 };
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      rays.direct(x, y, direction);
      const depth = Math.min(depthMetres[pixel] as number, SKY_METRES);
      const follows = from.moving[pixel] === 1 ? 1 : 0;
      const [right, up, forward] = to.rays.toCamera(
        rays.x + depth * direction.x + follows * (to.moved.x - from.moved.x),
        rays.y + depth * direction.y,
        rays.z + depth * direction.z + follows * (to.moved.z - from.moved.z),
      );
      const px = (right / forward) * to.rays.focalPx + width / 2 - 0.5;
      const py = height / 2 - 0.5 - (up / forward) * to.rays.focalPx;
      u[pixel] = px - x;
      v[pixel] = py - y;
      visible[pixel] = forward > 0 && isSeen(to, px, py, forward) ? 1 : 0;
    }
  return { u, v, visible };
}

/** Whether one of the four pixels around a place shows this depth. */
function isSeen({ width, height, depthMetres }: MotionFrame, px: number, py: number, depth: number): boolean {
  if (!(px >= 0 && py >= 0 && px <= width - 1 && py <= height - 1)) return false;
  const left = Math.floor(px);
  const top = Math.floor(py);
  for (let y = top; y <= Math.min(top + 1, height - 1); y++)
    for (let x = left; x <= Math.min(left + 1, width - 1); x++) {
      const there = Math.min(depthMetres[y * width + x] as number, SKY_METRES);
      if (Math.abs(there - depth) < SAME_DEPTH * depth) return true;
    }
  return false;
}
