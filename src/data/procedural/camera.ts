import type { Solid } from "./solids.ts";

/** A pinhole camera at `x, height, z`; angles in radians. */
export interface Camera {
  readonly x: number;
  readonly height: number;
  readonly z: number;
  /** Turn to the right. */
  readonly yaw: number;
  /** Tilt upwards. */
  readonly pitch: number;
  readonly roll: number;
  /** Focal length over the picture's height. */
  readonly focalRatio: number;
}

/** Whether every solid of a thing leaves the camera room: half a metre, more where it is big. */
export function isClearOf(camera: Camera, thing: readonly Solid[]): boolean {
  return thing.every(
    (solid) => Math.hypot(solid.x - camera.x, solid.y - camera.height, solid.z - camera.z) > 1.4 * solid.radius + 0.5,
  );
}

/** A camera ready to cast rays through the pixels of a picture. */
export interface Rays {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly focalPx: number;
  /** The ray of a pixel; its component along the optical axis is 1, so the ray parameter is planar depth. */
  direct(px: number, py: number, out: { x: number; y: number; z: number }): void;
  /** World to camera: right, up, forward. */
  toCamera(x: number, y: number, z: number): readonly [number, number, number];
}

/** Prepares the rays of a picture. */
export function pixelRays(camera: Camera, width: number, height: number): Rays {
  const { x, height: y, z, yaw, pitch, roll, focalRatio } = camera;
  const focalPx = focalRatio * height;
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const forward = [sy * cp, sp, cy * cp] as const;
  const level = [cy, 0, -sy] as const;
  const upright = [-sy * sp, cp, -cy * sp] as const;
  const right = level.map((value, i) => cr * value + sr * (upright[i] as number)) as [number, number, number];
  const up = upright.map((value, i) => cr * value - sr * (level[i] as number)) as [number, number, number];
  return {
    x,
    y,
    z,
    focalPx,
    direct: (px, py, out) => {
      const r = (px + 0.5 - width / 2) / focalPx;
      const u = (height / 2 - py - 0.5) / focalPx;
      out.x = forward[0] + r * right[0] + u * up[0];
      out.y = forward[1] + r * right[1] + u * up[1];
      out.z = forward[2] + r * right[2] + u * up[2];
    },
    toCamera: (wx, wy, wz) => {
      const d = [wx - x, wy - y, wz - z] as const;
      return [right, up, forward].map((axis) => axis[0] * d[0] + axis[1] * d[1] + axis[2] * d[2]) as [
        number,
        number,
        number,
      ];
    },
  };
}

/** A rectangle of pixels; empty where `left > right`. */
export interface ScreenBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The pixels that a solid's bounding sphere can reach. */
export function screenBox(solid: Solid, rays: Rays, width: number, height: number): ScreenBox {
  const [x, y, z] = rays.toCamera(solid.x, solid.y, solid.z);
  const { radius } = solid;
  if (z < -radius) return { left: 1, right: 0, top: 1, bottom: 0 };
  if (!(z > radius * 1.01)) return { left: -1, right: width, top: -1, bottom: height };
  // The tangents from the eye to a circle of this radius about (x, z), as slopes x / z.
  const slopes = (across: number): [number, number] => {
    const middle = across * z;
    const spread = radius * Math.sqrt(across * across + z * z - radius * radius);
    const scale = z * z - radius * radius;
    return [(middle - spread) / scale, (middle + spread) / scale];
  };
  const [left, right] = slopes(x);
  const [low, high] = slopes(y);
  return {
    left: width / 2 + left * rays.focalPx - 1,
    right: width / 2 + right * rays.focalPx + 1,
    top: height / 2 - high * rays.focalPx - 1,
    bottom: height / 2 - low * rays.focalPx + 1,
  };
}
