import type { FlowField } from "../stability/optical-flow.ts";
import { type Flicker, meanOf, spreadOf, TRUSTED } from "./flicker-meter.ts";

/** Where the pixels of a map were in the frame before, and which of them were seen there. */
export interface PixelMotion {
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly visible: Uint8Array;
}

/** A frame of a clip with truth. */
export interface TruthFrame {
  /** Disparity, or inverse depth of a metric model, at the size of the truth. */
  readonly estimate: Float32Array;
  /** Inverse depth or disparity; 0 is sky, `NaN` unknown. */
  readonly truth: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Takes the frames of a clip with truth one after the other. */
export interface TruthFlickerMeter {
  /**
   * @param motion to the frame before, exact or estimated; `undefined` where there is none
   * @returns percent of this frame against the one before; `NaN` where there is none
   */
  push(frame: TruthFrame, motion: PixelMotion | FlowField | undefined): number;
  result(): Flicker;
}

/** Pairs of changes kept of a frame: enough for a mean, and little for a long clip. */
const KEPT = 4096;

/** Sparse truth is looked for this many pixels around the place that the motion leads to. */
const AROUND = 1;

/**
 * Measures flicker against truth:
 *
 *     G = mean over frames t of 100 * mean over x in V of |(E_t(x) - E_{t-1}(x')) / S_E - (D_t(x) - D_{t-1}(x')) / S_D|
 *
 * where `E` is the estimate and `D` the truth, both disparity; `x'` is the pixel with truth nearest to `x + u_t(x)`, within
 * a pixel of it; `V` are the pixels with truth in both frames and a motion that is sure; `S` is the mean over the two frames
 * of the distance between the 5th and 95th percentile over the pixels with truth. Each is divided by its own spread, not fitted to
 * the other: a fit would shrink an inaccurate estimate, and its flicker with it. Real change of depth is no flicker
 * here, and scale and shift of the clip do not matter. Read `G` beside the accuracy.
 */
export function createTruthFlickerMeter(): TruthFlickerMeter {
  const framesPercent: number[] = [];
  let [followed, points] = [0, 0];
  let before: (TruthFrame & { readonly spreads: readonly [estimate: number, truth: number] }) | undefined;
  return {
    push: (frame, motion) => {
      const pixels = somePixels(frame);
      const spreads = [spreadOf(valuesAt(frame.estimate, pixels)), spreadOf(valuesAt(frame.truth, pixels))] as const;
      const last = before;
      before = { ...frame, spreads };
      const isComparable = last?.width === frame.width && last.height === frame.height && motion !== undefined;
      let percent = Number.NaN;
      if (isComparable) {
        const ofEstimate = (spreads[0] + last.spreads[0]) / 2;
        const ofTruth = (spreads[1] + last.spreads[1]) / 2;
        const { estimate, truth } = changesOf(frame, last, motion, pixels);
        const sum = estimate.reduce(
          (all, change, i) => all + Math.abs(change / ofEstimate - (truth[i] as number) / ofTruth),
          0,
        );
        if (ofEstimate > 0 && ofTruth > 0) percent = (100 * sum) / estimate.length;
        followed += estimate.length;
        points += pixels.length;
      }
      framesPercent.push(percent);
      return percent;
    },
    result: () => ({ percent: meanOf(framesPercent), framesPercent, coverage: followed / points }),
  };
}

function valuesAt(values: Float32Array, pixels: Int32Array): Float32Array {
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < out.length; i++) out[i] = values[pixels[i] as number] as number;
  return out;
}

/** Evenly spread pixels with truth. */
function somePixels({ truth }: TruthFrame): Int32Array {
  const known = new Int32Array(truth.length);
  let count = 0;
  for (let pixel = 0; pixel < truth.length; pixel++) if (Number.isFinite(truth[pixel])) known[count++] = pixel;
  const step = Math.max(1, Math.floor(count / KEPT));
  return Int32Array.from({ length: Math.ceil(count / step) }, (_, i) => known[i * step] as number);
}

/** Changes of estimate and truth along the motion. */
function changesOf(
  frame: TruthFrame,
  last: TruthFrame,
  motion: PixelMotion | FlowField,
  pixels: Int32Array,
): { readonly estimate: readonly number[]; readonly truth: readonly number[] } {
  const { width, height } = frame;
  const motionAt = motionReader(motion, width, height);
  const [estimate, truth]: [number[], number[]] = [[], []];
  for (const pixel of pixels) {
    const moved = motionAt(pixel);
    const there = moved && nearestKnown(last, (pixel % width) + moved.u, Math.floor(pixel / width) + moved.v);
    if (there === undefined) continue;
    const change = (frame.estimate[pixel] as number) - (last.estimate[there] as number);
    if (!Number.isFinite(change)) continue;
    estimate.push(change);
    truth.push((frame.truth[pixel] as number) - (last.truth[there] as number));
  }
  return { estimate, truth };
}

function motionReader(
  motion: PixelMotion | FlowField,
  width: number,
  height: number,
): (pixel: number) => { readonly u: number; readonly v: number } | undefined {
  if ("visible" in motion)
    return (pixel) =>
      motion.visible[pixel] === 1 ? { u: motion.u[pixel] as number, v: motion.v[pixel] as number } : undefined;
  return (pixel) => {
    const x = Math.floor((((pixel % width) + 0.5) * motion.width) / width);
    const y = Math.floor(((Math.floor(pixel / width) + 0.5) * motion.height) / height);
    const at = y * motion.width + x;
    if (!((motion.confidence[at] as number) > TRUSTED)) return undefined;
    return {
      u: ((motion.u[at] as number) * width) / motion.width,
      v: ((motion.v[at] as number) * height) / motion.height,
    };
  };
}

function nearestKnown({ width, height, truth }: TruthFrame, x: number, y: number): number | undefined {
  const [middleX, middleY] = [Math.round(x), Math.round(y)];
  let found: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let py = Math.max(0, middleY - AROUND); py <= Math.min(height - 1, middleY + AROUND); py++)
    for (let px = Math.max(0, middleX - AROUND); px <= Math.min(width - 1, middleX + AROUND); px++) {
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance >= least || !Number.isFinite(truth[py * width + px])) continue;
      least = distance;
      found = py * width + px;
    }
  return found;
}
