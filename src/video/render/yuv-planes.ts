import type { Size } from "../../image/resize-rule.ts";
import type { Yuv420 } from "../video-types.ts";

/** A picture to be filled, colourless; its planes lie behind each other in one buffer, which video writers do not copy. */
export function greyPlanes({ width, height }: Size): Yuv420 {
  const luma = width * height;
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const buffer = new Uint8Array(luma + 2 * chroma).fill(128, luma);
  const [y, u, v] = [buffer.subarray(0, luma), buffer.subarray(luma, luma + chroma), buffer.subarray(luma + chroma)];
  return { width, height, y, u, v };
}
