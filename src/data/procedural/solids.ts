/** What a solid's surface shows at a point: writes linear RGB, 0..1, into `rgb`. */
export type Material = (at: SurfacePoint, rgb: Rgb) => void;

/** Linear red, green and blue, 0..1. */
export type Rgb = [number, number, number];

/**
 * An analytic solid in a world of metres: x right, y up, z forward. `x, y, z` is its centre; `a, b, c` are
 * half sizes of a box (turned about y by `cos`, `sin`), radii of an ellipsoid, or bottom radius, half height and
 * top radius of an upright frustum. A `ground` is the plane at height `y`; a `hall` is a box seen from inside.
 */
export interface Solid {
  readonly kind: "ground" | "box" | "hall" | "ellipsoid" | "frustum";
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly cos: number;
  readonly sin: number;
  /** Radius of a sphere about the centre that holds the solid. */
  readonly radius: number;
  readonly material: Material;
}

/** Where a ray met a solid; reused from ray to ray. */
export interface SurfacePoint {
  x: number;
  y: number;
  z: number;
  /** Outward unit normal. */
  nx: number;
  ny: number;
  nz: number;
  /** Surface coordinates in metres: along the side and up (or along x and z where level). */
  u: number;
  v: number;
  /** 0 -x, 1 +x, 2 bottom, 3 top, 4 -z, 5 +z in the solid's own frame; -1 on round surfaces. */
  face: number;
  /** Metres that one pixel covers here: finer patterns should fade. */
  footprint: number;
}

type Sizes = readonly [a: number, b: number, c: number];

function solid(kind: Solid["kind"], at: Sizes, sizes: Sizes, yaw: number, radius: number, material: Material): Solid {
  const [x, y, z] = at;
  const [a, b, c] = sizes;
  return { kind, x, y, z, a, b, c, cos: Math.cos(yaw), sin: Math.sin(yaw), radius, material };
}

/** The plane at height `y`. */
export function ground(y: number, material: Material): Solid {
  return solid("ground", [0, y, 0], [0, 0, 0], 0, Number.POSITIVE_INFINITY, material);
}

/** A box of width (x), height and depth (z), its underside's middle at `x, y, z`, turned about the vertical. */
export function box(x: number, y: number, z: number, size: Sizes, yaw: number, material: Material): Solid {
  const [a, b, c] = [size[0] / 2, size[1] / 2, size[2] / 2];
  return solid("box", [x, y + b, z], [a, b, c], yaw, Math.hypot(a, b, c), material);
}

/** The inside of a box: walls, floor and ceiling. Placed as `box` is. */
export function hall(x: number, y: number, z: number, size: Sizes, material: Material): Solid {
  return { ...box(x, y, z, size, 0, material), kind: "hall", radius: Number.POSITIVE_INFINITY };
}

/** An ellipsoid about a centre. */
export function ellipsoid(x: number, y: number, z: number, radii: Sizes, material: Material): Solid {
  return solid("ellipsoid", [x, y, z], radii, 0, Math.max(...radii), material);
}

/** An upright cylinder, or a cone where the top is narrower, standing at `x, y, z`. */
export function frustum(
  x: number,
  y: number,
  z: number,
  size: readonly [bottomRadius: number, height: number, topRadius: number],
  material: Material,
): Solid {
  const [bottom, height, top] = size;
  const radius = Math.hypot(Math.max(bottom, top), height / 2);
  return solid("frustum", [x, y + height / 2, z], [bottom, height / 2, top], 0, radius, material);
}
