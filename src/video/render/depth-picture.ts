import type { Image } from "../../image/image.ts";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { Size } from "../../image/resize-rule.ts";
import type { DrawnDepth } from "./render-depth.ts";

/** A map as an RGB picture of a size, for posters; videos go through `depthDrawer`. @param colours 256, RGB */
export function depthPicture(depth: DrawnDepth, size: Size, colours: Uint8Array, alignCorners: boolean): Image {
  const values = resampleBilinear(depth.data, depth, { ...size, alignCorners });
  const scale = 255 / (depth.range.high - depth.range.low);
  const data = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const level = ((values[i] as number) - depth.range.low) * scale + 0.5;
    const from = level > 0 && Number.isFinite(scale) ? Math.min(255, Math.floor(level)) * 3 : 0;
    data.set(colours.subarray(from, from + 3), i * 3);
  }
  return { ...size, data, maxValue: 255 };
}
