import { sampledPercentiles } from "../../geometry/percentiles.ts";
import type { DepthPlane } from "../stability/depth-plane.ts";
import type { FlowField } from "../stability/optical-flow.ts";
import { samplePlane } from "../stability/sample-plane.ts";

/** How much a clip's maps change without cause. */
export interface Flicker {
  /**
   * Percent of the maps' spread by which a point changes from frame to frame: 0 none. `NaN` for constant maps and where no
   * two frames could be compared.
   */
  readonly percent: number;
  /** The same of every frame, against the one before; `NaN` for those without one. */
  readonly framesPercent: readonly number[];
  /** Share of the points that could be followed, of frames that were compared. */
  readonly coverage: number;
}

/** Takes the maps of a clip one after the other. */
export interface FlickerMeter {
  /**
   * @param map disparity, or inverse depth of a metric model
   * @param motion to the frame before, found in the pictures; `undefined` where there is none
   * @returns percent of this frame against the one before; `NaN` where there is none
   */
  push(map: DepthPlane, motion: FlowField | undefined): number;
  result(): Flicker;
}

/** Points whose pictures agree less along the motion are left out. */
export const TRUSTED = 0.5;

/** What of a map counts as its spread. */
const SPREAD = [0.05, 0.95] as const;
const SPREAD_SAMPLES = 8192;

/**
 * Measures flicker without truth:
 *
 *     F = mean over frames t of 100 / S_t * mean over x in C of |E_t(x) - E_{t-1}(x + u_t(x))|
 *
 * where `E` are the maps, `u_t` is the motion to the frame before, estimated from the pictures alone and therefore the same
 * for every method, `C` are the points of the motion's grid that it is sure of, and `S_t` is the mean of the distances
 * between the 5th and 95th percentile of `E_t` and of `E_{t-1}`. Scale and shift of a clip's maps do not matter. Real change
 * of depth is part of `F` (a camera that moves ahead), so compare methods on one clip, not clips. A map without detail
 * flickers little: read `F` beside the accuracy.
 */
export function createFlickerMeter(): FlickerMeter {
  const framesPercent: number[] = [];
  let [followed, points] = [0, 0];
  let before: { readonly map: DepthPlane; readonly spread: number } | undefined;
  return {
    push: (map, motion) => {
      const spread = spreadOf(map.data);
      const last = before;
      before = { map, spread };
      const change = motion && last ? meanChange(map, last.map, motion) : undefined;
      followed += change?.count ?? 0;
      points += change && motion ? motion.width * motion.height : 0;
      const percent = change && last ? percentOf(change.mean, (spread + last.spread) / 2) : Number.NaN;
      framesPercent.push(percent);
      return percent;
    },
    result: () => ({ percent: meanOf(framesPercent), framesPercent, coverage: followed / points }),
  };
}

/** `NaN` where there is no spread. */
function percentOf(change: number, spread: number): number {
  return spread > 0 ? (100 * change) / spread : Number.NaN;
}

/** Mean of the numbers that are finite; `NaN` without any. */
export function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

/** Distance between the 5th and the 95th percentile, of at most some thousand values spread evenly. */
export function spreadOf(values: Float32Array): number {
  const [low, high] = sampledPercentiles(values, SPREAD, undefined, SPREAD_SAMPLES);
  return high - low;
}

function meanChange(map: DepthPlane, before: DepthPlane, motion: FlowField): { mean: number; count: number } {
  const { u, v, confidence } = motion;
  const read = ({ width, height, data }: DepthPlane, x: number, y: number) =>
    samplePlane(
      data,
      width,
      height,
      ((x + 0.5) * width) / motion.width - 0.5,
      ((y + 0.5) * height) / motion.height - 0.5,
    );
  let sum = 0;
  let count = 0;
  for (let y = 0, at = 0; y < motion.height; y++)
    for (let x = 0; x < motion.width; x++, at++) {
      if (!((confidence[at] as number) > TRUSTED)) continue;
      const change = Math.abs(read(map, x, y) - read(before, x + (u[at] as number), y + (v[at] as number)));
      if (!Number.isFinite(change)) continue;
      sum += change;
      count++;
    }
  return { mean: sum / count, count };
}
