import type { Solid, SurfacePoint } from "./solids.ts";

/** Hits nearer than this along the ray are the surface it starts from. */
const NEAREST = 1e-4;
const MISS = Number.POSITIVE_INFINITY;

/** The ray parameter of the first hit, or `Infinity`. The direction need not have unit length. */
export function intersect(
  solid: Solid,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const { kind, cos, sin, a, b, c } = solid;
  const px = ox - solid.x;
  const py = oy - solid.y;
  const pz = oz - solid.z;
  if (kind === "ground") {
    const t = -py / dy;
    return t > NEAREST ? t : MISS;
  }
  if (kind === "ellipsoid") {
    const qx = px / a;
    const qy = py / b;
    const qz = pz / c;
    const ex = dx / a;
    const ey = dy / b;
    const ez = dz / c;
    return firstRoot(ex * ex + ey * ey + ez * ez, qx * ex + qy * ey + qz * ez, qx * qx + qy * qy + qz * qz - 1);
  }
  if (kind === "frustum") return intersectFrustum(a, b, c, px, py, pz, dx, dy, dz);
  // Slabs of a box in its own frame.
  const lx = cos * px + sin * pz;
  const lz = cos * pz - sin * px;
  const ex = cos * dx + sin * dz;
  const ez = cos * dz - sin * dx;
  const ix = 1 / ex;
  const iy = 1 / dy;
  const iz = 1 / ez;
  const kx = Math.abs(ix) * a;
  const ky = Math.abs(iy) * b;
  const kz = Math.abs(iz) * c;
  const enter = Math.max(-lx * ix - kx, -py * iy - ky, -lz * iz - kz);
  const leave = Math.min(-lx * ix + kx, -py * iy + ky, -lz * iz + kz);
  if (leave < enter) return MISS;
  if (kind === "box" && enter > NEAREST) return enter;
  return kind === "hall" && leave > NEAREST ? leave : MISS;
}

/** The smaller root of A t^2 + 2 B t + C beyond the start; `MISS` from inside, which scenes avoid. */
function firstRoot(A: number, B: number, C: number): number {
  const discriminant = B * B - A * C;
  if (discriminant < 0) return MISS;
  const t = (-B - Math.sqrt(discriminant)) / A;
  return t > NEAREST ? t : MISS;
}

function intersectFrustum(
  bottom: number,
  half: number,
  top: number,
  px: number,
  py: number,
  pz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  // Side: x^2 + z^2 = (middle + slope y)^2.
  const middle = (bottom + top) / 2;
  const slope = (top - bottom) / (2 * half);
  const r = middle + slope * py;
  const side = firstRoot(
    dx * dx + dz * dz - slope * slope * dy * dy,
    px * dx + pz * dz - r * slope * dy,
    px * px + pz * pz - r * r,
  );
  let nearest = Math.abs(py + side * dy) <= half ? side : MISS;
  const capY = dy < 0 ? half : -half;
  const cap = (capY - py) / dy;
  const radius = dy < 0 ? top : bottom;
  if (cap > NEAREST && cap < nearest && (px + cap * dx) ** 2 + (pz + cap * dz) ** 2 <= radius * radius) nearest = cap;
  return nearest;
}

/** Fills normal, surface coordinates and face of the point `at.x, at.y, at.z` that lies on the solid. */
export function describeSurface(solid: Solid, at: SurfacePoint): void {
  const { kind, a, b, c, cos, sin } = solid;
  const px = at.x - solid.x;
  const py = at.y - solid.y;
  const pz = at.z - solid.z;
  if (kind === "ground") {
    setNormal(at, 0, 1, 0);
    setCoordinates(at, at.x, at.z, 3);
  } else if (kind === "ellipsoid") {
    setNormal(at, px / (a * a), py / (b * b), pz / (c * c));
    setCoordinates(at, Math.atan2(pz, px) * a, py, -1);
  } else if (kind === "frustum") {
    const flat = Math.abs(py) > b * 0.99999;
    if (flat) setNormal(at, 0, py, 0);
    else setNormal(at, px, (Math.hypot(px, pz) * (a - c)) / (2 * b), pz);
    if (flat) setCoordinates(at, px, pz, py > 0 ? 3 : 2);
    else setCoordinates(at, Math.atan2(pz, px) * Math.max(a, c), py + b, -1);
  } else {
    const lx = cos * px + sin * pz;
    const lz = cos * pz - sin * px;
    const [rx, ry, rz] = [Math.abs(lx) / a, Math.abs(py) / b, Math.abs(lz) / c];
    const out = kind === "box" ? 1 : -1;
    if (ry >= rx && ry >= rz) {
      setNormal(at, 0, py * out, 0);
      setCoordinates(at, lx, lz, py > 0 ? 3 : 2);
    } else if (rx >= rz) {
      setNormal(at, cos * lx * out, 0, sin * lx * out);
      setCoordinates(at, lz, py + b, lx > 0 ? 1 : 0);
    } else {
      setNormal(at, -sin * lz * out, 0, cos * lz * out);
      setCoordinates(at, lx, py + b, lz > 0 ? 5 : 4);
    }
  }
}

function setNormal(at: SurfacePoint, x: number, y: number, z: number): void {
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  at.nx = x / length;
  at.ny = y / length;
  at.nz = z / length;
}

function setCoordinates(at: SurfacePoint, u: number, v: number, face: number): void {
  at.u = u;
  at.v = v;
  at.face = face;
}
