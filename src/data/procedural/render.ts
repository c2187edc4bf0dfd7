import { pixelRays, type ScreenBox, screenBox } from "./camera.ts";
import { intersect } from "./intersect.ts";
import { type Scene, SHADOW_REACH, shade } from "./shade.ts";
import type { Rgb, Solid, SurfacePoint } from "./solids.ts";

/** Sub-pixel positions of the extra rays that smooth the edges of solids. */
const SUBSAMPLES = [
  [-0.3, -0.3],
  [0.3, -0.25],
  [-0.25, 0.3],
  [0.3, 0.3],
] as const;

/** Side of the squares of pixels that share a list of the solids they can see. */
const TILE = 16;

interface Tile {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly visible: readonly Solid[];
  casters: readonly Solid[];
}

/**
 * Draws a scene by casting one ray a pixel, and a few more where two solids meet.
 * @returns `rgb`, `width * height * 3` linear values before exposure, and `depthMetres` along the optical axis at the
 *   pixel centres, `Infinity` for the sky; `owners`, the solid seen there.
 */
export function renderScene(
  scene: Scene,
  width: number,
  height: number,
): { rgb: Float32Array; depthMetres: Float32Array; owners: readonly (Solid | undefined)[] } {
  const rays = pixelRays(scene.camera, width, height);
  const bounds = scene.solids.map((solid) => screenBox(solid, rays, width, height));
  const depthMetres = new Float32Array(width * height);
  const owners = new Array<Solid | undefined>(width * height);
  const rgb = new Float32Array(width * height * 3);
  const colour: Rgb = [0, 0, 0];
  const at: SurfacePoint = { x: 0, y: 0, z: 0, nx: 0, ny: 0, nz: 0, u: 0, v: 0, face: 0, footprint: 0 };
  const direction = { x: 0, y: 0, z: 0 };
  let nearest = 0;
  const trace = (tile: Tile, px: number, py: number): Solid | undefined => {
    rays.direct(px, py, direction);
    let owner: Solid | undefined;
    nearest = Number.POSITIVE_INFINITY;
    for (const solid of tile.visible) {
      const t = intersect(solid, rays.x, rays.y, rays.z, direction.x, direction.y, direction.z);
      if (t < nearest) {
        nearest = t;
        owner = solid;
      }
    }
    return owner;
  };

  const tiles = tilesOf(scene, bounds, width, height);
  for (const tile of tiles) {
    for (let py = tile.top; py < tile.bottom; py++) {
      for (let px = tile.left; px < tile.right; px++) {
        owners[py * width + px] = trace(tile, px, py);
        depthMetres[py * width + px] = nearest;
      }
    }
    tile.casters = castersOf(scene, tile, (px, py) => {
      const t = depthMetres[py * width + px] as number;
      rays.direct(px, py, direction);
      return t < SHADOW_REACH
        ? [rays.x + t * direction.x, rays.y + t * direction.y, rays.z + t * direction.z]
        : undefined;
    });
    for (let py = tile.top; py < tile.bottom; py++) {
      for (let px = tile.left; px < tile.right; px++) {
        const pixel = py * width + px;
        rays.direct(px, py, direction);
        shade(scene, owners[pixel], depthMetres[pixel] as number, rays, direction, tile.casters, at, colour);
        rgb.set(colour, pixel * 3);
      }
    }
  }
  for (const tile of tiles) {
    for (let py = tile.top; py < tile.bottom; py++) {
      for (let px = tile.left; px < tile.right; px++) {
        const pixel = py * width + px;
        const owner = owners[pixel];
        const right = px + 1 < width ? owners[pixel + 1] : owner;
        const below = py + 1 < height ? owners[pixel + width] : owner;
        if (owner === right && owner === below) continue;
        const mean = rgb.subarray(pixel * 3, pixel * 3 + 3);
        for (const [sx, sy] of SUBSAMPLES) {
          const hit = trace(tile, px + sx, py + sy);
          shade(scene, hit, nearest, rays, direction, tile.casters, at, colour);
          for (let i = 0; i < 3; i++) mean[i] = (mean[i] as number) + (colour[i] as number);
        }
        for (let i = 0; i < 3; i++) mean[i] = (mean[i] as number) / (1 + SUBSAMPLES.length);
      }
    }
  }
  return { rgb, depthMetres, owners };
}

function tilesOf(scene: Scene, bounds: readonly ScreenBox[], width: number, height: number): Tile[] {
  const tiles: Tile[] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(width, left + TILE);
      const bottom = Math.min(height, top + TILE);
      const visible = scene.solids.filter((_, i) => {
        const box = bounds[i] as ScreenBox;
        return box.left <= right && box.right >= left - 1 && box.top <= bottom && box.bottom >= top - 1;
      });
      tiles.push({ left, top, right, bottom, visible, casters: [] });
    }
  }
  return tiles;
}

/** The solids that can stand between the light and the surfaces seen in a tile. */
function castersOf(
  scene: Scene,
  tile: Tile,
  pointAt: (px: number, py: number) => readonly [number, number, number] | undefined,
): Solid[] {
  const { light } = scene;
  if (light.shadow === 0) return [];
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = low.map((value) => -value);
  for (let py = tile.top; py < tile.bottom; py++) {
    for (let px = tile.left; px < tile.right; px++) {
      const point = pointAt(px, py);
      if (point === undefined) continue;
      for (let i = 0; i < 3; i++) {
        low[i] = Math.min(low[i] as number, point[i] as number);
        high[i] = Math.max(high[i] as number, point[i] as number);
      }
    }
  }
  const [x, y, z] = low.map((value, i) => (value + (high[i] as number)) / 2) as [number, number, number];
  if (!Number.isFinite(x)) return [];
  // A ball around the seen points, swept towards the light.
  const reach = Math.hypot(...low.map((value, i) => ((high[i] as number) - value) / 2));
  let [lx, ly, lz] = light.lamp ? [light.x - x, light.y - y, light.z - z] : [light.x, light.y, light.z];
  const distance = Math.hypot(lx, ly, lz);
  [lx, ly, lz] = [lx / distance, ly / distance, lz / distance];
  const end = light.lamp ? distance : Number.POSITIVE_INFINITY;
  return scene.solids.filter((solid) => {
    if (!Number.isFinite(solid.radius)) return false;
    const [cx, cy, cz] = [solid.x - x, solid.y - y, solid.z - z];
    const along = Math.max(0, Math.min(end, cx * lx + cy * ly + cz * lz));
    return Math.hypot(cx - along * lx, cy - along * ly, cz - along * lz) <= reach + solid.radius;
  });
}
