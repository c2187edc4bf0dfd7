import type { Affine } from "../../geometry/least-squares.ts";
import type { WarpedMap } from "./warp-previous.ts";

/** Share of the map before at full strength, where both agree. */
const LARGEST_SHARE = 0.9;

/** How a frame is smoothed. */
export interface BlendOptions {
  /** 0 leaves the frame's own map, 1 smooths most. */
  readonly strength: number;
  /** Difference of the maps at which the share of the map before has fallen to a quarter. */
  readonly tolerance: number;
}

/**
 * A frame's map, scaled and shifted, mixed with the moved map of the frame before: the more, the better the pictures agree
 * along the motion and the closer the two values are. Where something moved away or appeared they are far apart, and the
 * frame's own value stays.
 * @param previous `undefined` for the first frame of a shot
 */
export function blendWithPrevious(
  data: Float32Array,
  { scale, shift }: Affine,
  previous: WarpedMap | undefined,
  { strength, tolerance }: BlendOptions,
): Float32Array {
  const out = new Float32Array(data.length);
  if (previous === undefined || strength === 0) {
    for (let i = 0; i < out.length; i++) out[i] = scale * (data[i] as number) + shift;
    return out;
  }
  const share = LARGEST_SHARE * strength;
  const perTolerance = 1 / tolerance;
  const { data: before, confidence } = previous;
  for (let i = 0; i < out.length; i++) {
    const own = scale * (data[i] as number) + shift;
    const off = (before[i] as number) - own;
    const relative = off * perTolerance;
    const agreement = 1 + relative * relative;
    const weight = (share * (confidence[i] as number)) / (agreement * agreement);
    const mixed = own + weight * off;
    // A value that is not finite on either side leaves the frame's own.
    out[i] = Number.isFinite(mixed) ? mixed : own;
  }
  return out;
}
