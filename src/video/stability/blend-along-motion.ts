import type { Affine } from "../../geometry/least-squares.ts";
import type { DepthPlane } from "./depth-plane.ts";
import type { FlowField } from "./optical-flow.ts";

/** Share of the map before at full strength, where both agree. */
const LARGEST_SHARE = 0.9;

/** How a frame is smoothed. */
export interface BlendOptions {
  /** 0 leaves the frame's own map, 1 smooths most. */
  readonly strength: number;
  /** Difference of the maps at which the share of the map before has fallen to a quarter. */
  readonly tolerance: number;
}

/** A frame's map, scaled and shifted. */
export function scaleAndShift(data: Float32Array, { scale, shift }: Affine): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = scale * (data[i] as number) + shift;
  return out;
}

/**
 * A frame's map mixed with the map of the frame before along the motion: the more, the better the pictures agree there
 * and the closer the two values are. Where something moved away or appeared they are far apart, and the frame's own value
 * stays. Values that are not finite stay as they are.
 * @param data the frame's map, changed in place @param before of the same size
 */
export function blendAlongMotion(
  { width, height, data }: DepthPlane,
  before: DepthPlane,
  flow: FlowField,
  { strength, tolerance }: BlendOptions,
): void {
  const perTolerance = 1 / tolerance;
  const columns = tapsOf(flow.width, width);
  const rows = tapsOf(flow.height, height);
  const rowOf = () => new Float32Array(flow.width);
  const motion = { u: rowOf(), v: rowOf(), trust: rowOf() };
  for (let y = 0; y < height; y++) {
    const top = (rows.left[y] as number) * flow.width;
    const bottom = Math.min(top + flow.width, (flow.height - 1) * flow.width);
    const w = rows.weight[y] as number;
    mixRows(flow.u, top, bottom, w, width / flow.width, motion.u);
    mixRows(flow.v, top, bottom, w, height / flow.height, motion.v);
    mixRows(flow.confidence, top, bottom, w, LARGEST_SHARE * strength, motion.trust);
    blendRow(data, before.data, width, height, y, columns, motion, perTolerance);
  }
}

/** Two pixels at a time share a vector: it changes little between them, and so they share their weights as well. */
function blendRow(
  data: Float32Array,
  past: Float32Array,
  width: number,
  height: number,
  y: number,
  { left, weight }: Taps,
  { u, v, trust }: { readonly u: Float32Array; readonly v: Float32Array; readonly trust: Float32Array },
  perTolerance: number,
): void {
  const lastX = width - 1;
  const lastY = height - 1;
  const lastColumn = u.length - 1;
  for (let x = 0, pixel = y * width; x < width; x += 2, pixel += 2) {
    const a = left[x] as number;
    const b = a < lastColumn ? a + 1 : a;
    const w = weight[x] as number;
    const share = (trust[a] as number) + ((trust[b] as number) - (trust[a] as number)) * w;
    const px = x + (u[a] as number) + ((u[b] as number) - (u[a] as number)) * w;
    const py = y + (v[a] as number) + ((v[b] as number) - (v[a] as number)) * w;
    const cx = px > 0 ? (px < lastX ? px : lastX) : 0;
    const cy = py > 0 ? (py < lastY ? py : lastY) : 0;
    const x0 = cx | 0;
    const y0 = cy | 0;
    const fx = cx - x0;
    const fy = cy - y0;
    const at = y0 * width + x0;
    const down = y0 < lastY ? width : 0;
    const one = x0 < lastX ? 1 : 0;
    const two = x0 + 1 < lastX ? 2 : one;
    const first = (past[at] as number) + ((past[at + down] as number) - (past[at] as number)) * fy;
    const second = (past[at + one] as number) + ((past[at + one + down] as number) - (past[at + one] as number)) * fy;
    const third = (past[at + two] as number) + ((past[at + two + down] as number) - (past[at + two] as number)) * fy;
    const own = data[pixel] as number;
    const off = first + (second - first) * fx - own;
    const agreement = 1 + off * perTolerance * (off * perTolerance);
    const mixed = own + (share / (agreement * agreement)) * off;
    // False for NaN as well.
    if (Math.abs(mixed) < Number.MAX_VALUE) data[pixel] = mixed;
    if (x === lastX) break;
    const ownNext = data[pixel + 1] as number;
    const offNext = second + (third - second) * fx - ownNext;
    const agreementNext = 1 + offNext * perTolerance * (offNext * perTolerance);
    const mixedNext = ownNext + (share / (agreementNext * agreementNext)) * offNext;
    if (Math.abs(mixedNext) < Number.MAX_VALUE) data[pixel + 1] = mixedNext;
  }
}

function mixRows(plane: Float32Array, top: number, bottom: number, w: number, scale: number, out: Float32Array): void {
  for (let x = 0; x < out.length; x++)
    out[x] = scale * ((plane[top + x] as number) * (1 - w) + (plane[bottom + x] as number) * w);
}

/** For every position of an axis the pixel of a coarser one before it, and how far behind that it lies. */
interface Taps {
  readonly left: Int32Array;
  readonly weight: Float32Array;
}

function tapsOf(from: number, to: number): Taps {
  const left = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const position = Math.max(0, Math.min(from - 1, ((i + 0.5) * from) / to - 0.5));
    left[i] = Math.floor(position);
    weight[i] = position - Math.floor(position);
  }
  return { left, weight };
}
