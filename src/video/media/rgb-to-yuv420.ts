import type { Image } from "../../image/image.ts";
import type { Yuv420 } from "../video-types.ts";

/**
 * A picture as encoders take it: BT.709, limited range, each colour sample the mean of the (up to four) pixels it stands
 * for. The three planes lie behind each other in one buffer, which a video writer takes without copying.
 * Source: ITU-R BT.709-6, 3.2-3.4, in 16.16 fixed point.
 */
export function rgbToYuv420({ width, height, data, maxValue }: Image): Yuv420 {
  const rgb = maxValue === 255 ? data : Uint8Array.from(data, (sample) => (sample * 255 + 32767) / 65535);
  const [halfWidth, halfHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  const buffer = new Uint8Array(width * height + 2 * halfWidth * halfHeight);
  const y = buffer.subarray(0, width * height);
  const u = buffer.subarray(width * height, width * height + halfWidth * halfHeight);
  const v = buffer.subarray(width * height + halfWidth * halfHeight);
  for (let j = 0; j < halfHeight; j++) {
    const top = 2 * j * width;
    // On an odd edge the last row or column stands in for its missing neighbour.
    const bottom = 2 * j + 1 < height ? top + width : top;
    for (let i = 0; i < halfWidth; i++) {
      const left = 2 * i;
      const right = left + 1 < width ? left + 1 : left;
      const a = (top + left) * 3;
      const b = (top + right) * 3;
      const c = (bottom + left) * 3;
      const d = (bottom + right) * 3;
      let r = rgb[a] as number;
      let g = rgb[a + 1] as number;
      let blue = rgb[a + 2] as number;
      y[top + left] = (11966 * r + 40254 * g + 4064 * blue + 1081344) >> 16;
      const rb = rgb[b] as number;
      const gb = rgb[b + 1] as number;
      const bb = rgb[b + 2] as number;
      y[top + right] = (11966 * rb + 40254 * gb + 4064 * bb + 1081344) >> 16;
      const rc = rgb[c] as number;
      const gc = rgb[c + 1] as number;
      const bc = rgb[c + 2] as number;
      y[bottom + left] = (11966 * rc + 40254 * gc + 4064 * bc + 1081344) >> 16;
      const rd = rgb[d] as number;
      const gd = rgb[d + 1] as number;
      const bd = rgb[d + 2] as number;
      y[bottom + right] = (11966 * rd + 40254 * gd + 4064 * bd + 1081344) >> 16;
      r += rb + rc + rd;
      g += gb + gc + gd;
      blue += bb + bc + bd;
      // Sums of four: the shift takes out another 2 bits. 33685504 is 128.5 in that scale.
      u[j * halfWidth + i] = (-6596 * r - 22188 * g + 28784 * blue + 33685504) >> 18;
      v[j * halfWidth + i] = (28784 * r - 26145 * g - 2639 * blue + 33685504) >> 18;
    }
  }
  return { width, height, y, u, v };
}
