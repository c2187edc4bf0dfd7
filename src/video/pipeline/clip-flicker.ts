import type { DepthKind } from "../../depth/depth-map.ts";
import type { Image } from "../../image/image.ts";
import { createClipMotionSearch } from "../flicker/clip-motion-search.ts";
import { createFlickerMeter } from "../flicker/flicker-meter.ts";
import type { StableDepth } from "../video-types.ts";
import type { FrameDepth } from "./frame-estimator.ts";

/** Flicker of a clip, see `createFlickerMeter`. */
export interface ClipFlicker {
  /** Of the depth that was written, percent. */
  readonly percent: number;
  /** Of the network's maps each stretched by itself, as the official script shows them; metric maps as they are. */
  readonly perFramePercent: number;
  /** Share of the points that could be followed. */
  readonly coverage: number;
}

/** Compares the steadied depth of a clip with the network's own. */
export function createClipFlicker(kind: DepthKind): {
  push(image: Image, raw: FrameDepth, stable: StableDepth): void;
  result(): ClipFlicker;
} {
  const motionSearch = createClipMotionSearch();
  const [steadied, own] = [createFlickerMeter(), createFlickerMeter()];
  const comparable = (data: Float32Array): Float32Array =>
    kind === "disparity" ? data : data.map((metres) => (metres > 0 ? 1 / metres : Number.NaN));
  return {
    push: (image, raw, stable) => {
      const motion = motionSearch.push(image);
      steadied.push({ ...stable, data: comparable(stable.data) }, motion);
      own.push({ ...raw, data: kind === "disparity" ? stretched(raw.data) : comparable(raw.data) }, motion);
    },
    result: () => {
      const { percent, coverage } = steadied.result();
      return { percent, perFramePercent: own.result().percent, coverage };
    },
  };
}

/** A map stretched over 0..1. */
function stretched(data: Float32Array): Float32Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return data.map((value) => (value - low) / (high - low));
}
