import type { Camera, Rays } from "./camera.ts";
import { describeSurface, intersect } from "./intersect.ts";
import type { Rgb, Solid, SurfacePoint } from "./solids.ts";

/** Shadows farther away than this many metres are too small to draw. */
export const SHADOW_REACH = 120;

/** Everything a picture shows. */
export interface Scene {
  readonly kind: string;
  readonly camera: Camera;
  readonly solids: readonly Solid[];
  readonly light: {
    /** A lamp's place, or for the sun the direction towards it. */
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly lamp: boolean;
    readonly colour: Rgb;
    readonly ambient: Rgb;
    /** Share of direct light that a shadow takes away. */
    readonly shadow: number;
  };
  /** Colour of the sky in a unit direction. */
  readonly sky: (dx: number, dy: number, dz: number, rgb: Rgb) => void;
  /** Haze: `exp(-depth / hazeMetres)` of the light arrives. */
  readonly hazeMetres: number;
}

/** Writes the light that reaches the camera from the solid that a ray met at `t`, or from the sky. */
export function shade(
  scene: Scene,
  solid: Solid | undefined,
  t: number,
  rays: Rays,
  direction: { readonly x: number; readonly y: number; readonly z: number },
  shadowCasters: readonly Solid[],
  at: SurfacePoint,
  colour: Rgb,
): void {
  const { x: dx, y: dy, z: dz } = direction;
  const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
  if (solid === undefined) {
    scene.sky(dx / length, dy / length, dz / length, colour);
    return;
  }
  at.x = rays.x + t * dx;
  at.y = rays.y + t * dy;
  at.z = rays.z + t * dz;
  describeSurface(solid, at);
  const facing = Math.abs(at.nx * dx + at.ny * dy + at.nz * dz) / length;
  at.footprint = t / (rays.focalPx * Math.sqrt(Math.max(facing, 0.02)));
  solid.material(at, colour);
  const { light } = scene;
  let lx = light.lamp ? light.x - at.x : light.x;
  let ly = light.lamp ? light.y - at.y : light.y;
  let lz = light.lamp ? light.z - at.z : light.z;
  const distance = Math.sqrt(lx * lx + ly * ly + lz * lz);
  lx /= distance;
  ly /= distance;
  lz /= distance;
  let direct = Math.max(0, at.nx * lx + at.ny * ly + at.nz * lz);
  if (light.lamp) direct *= 6 / (3 + distance * distance);
  if (direct > 0.01 && light.shadow > 0 && t < SHADOW_REACH) {
    const reach = light.lamp ? distance : Number.POSITIVE_INFINITY;
    const lift = 2e-3 + 1e-3 * t;
    if (isShadowed(shadowCasters, at.x + lift * at.nx, at.y + lift * at.ny, at.z + lift * at.nz, lx, ly, lz, reach)) {
      direct *= 1 - light.shadow;
    }
  }
  // Surfaces that look up see more of the sky.
  const open = 0.75 + 0.25 * at.ny;
  const clear = Math.exp(-t / scene.hazeMetres);
  for (let i = 0; i < 3; i++) {
    const lit = (colour[i] as number) * ((light.ambient[i] as number) * open + (light.colour[i] as number) * direct);
    colour[i] = lit;
  }
  if (clear < 0.98) {
    const [r, g, b] = colour;
    scene.sky(dx / length, 0.03, dz / length, colour);
    colour[0] += clear * (r - colour[0]);
    colour[1] += clear * (g - colour[1]);
    colour[2] += clear * (b - colour[2]);
  }
}

function isShadowed(
  casters: readonly Solid[],
  x: number,
  y: number,
  z: number,
  lx: number,
  ly: number,
  lz: number,
  reach: number,
): boolean {
  for (const caster of casters) {
    const cx = caster.x - x;
    const cy = caster.y - y;
    const cz = caster.z - z;
    const along = cx * lx + cy * ly + cz * lz;
    if (along < -caster.radius || cx * cx + cy * cy + cz * cz - along * along > caster.radius * caster.radius) continue;
    if (intersect(caster, x, y, z, lx, ly, lz) < reach) return true;
  }
  return false;
}
