import type { Plane } from "./shrink-plane.ts";

/** How a clip's numbers stand for colours. */
export interface ColourCoding {
  /** Weights of red and blue in luma: BT.601, BT.709 or BT.2020 (non-constant luminance). */
  readonly matrix: "bt601" | "bt709" | "bt2020";
  readonly isFullRange: boolean;
  /** High dynamic range: PQ (SMPTE ST 2084) or HLG (ARIB STD-B67); everything else is shown as it is. */
  readonly transfer: "sdr" | "pq" | "hlg";
}

/** Kr and Kb (ITU-R BT.601, BT.709, BT.2020). */
export const LUMA_WEIGHTS = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

/** Luma and colour differences of one picture, and how many of their samples (as powers of two) one colour sample spans. */
export interface YcbcrPlanes {
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
  readonly bitDepth: number;
}

/**
 * 8-bit RGB of an 8-bit picture, in 16.16 fixed point. Colour samples of planes half as
 * wide or high are repeated.
 * Source: ITU-R BT.709-6, 3.2-3.4 (limited range: 16..235 and 16..240; full range: 0..255).
 */
export function ycbcrToRgb({ y, u, v }: YcbcrPlanes, { matrix, isFullRange }: ColourCoding): Uint8Array {
  const { width, height } = y;
  const { red, blue } = LUMA_WEIGHTS[matrix];
  const green = 1 - red - blue;
  const chroma = isFullRange ? 1 : 255 / 224;
  const light = fixed(isFullRange ? 1 : 255 / 219);
  const black = fixed(0.5) - (isFullRange ? 0 : 16 * light);
  const redV = fixed(chroma * 2 * (1 - red));
  const greenU = fixed((chroma * -2 * (1 - blue) * blue) / green);
  const greenV = fixed((chroma * -2 * (1 - red) * red) / green);
  const blueU = fixed(chroma * 2 * (1 - blue));
  // Stores into this kind of array clamp to 0..255.
  const out = new Uint8ClampedArray(width * height * 3);
  const [lumas, us, vs] = [y.data, u.data, v.data];
  const [shiftX, shiftY] = [u.width < width ? 1 : 0, u.height < height ? 1 : 0];
  for (let j = 0, to = 0; j < height; j++) {
    const rowY = j * y.stride;
    const rowU = (j >> shiftY) * u.stride;
    const rowV = (j >> shiftY) * v.stride;
    // Two pixels share a colour sample or each has its own; either way this loop makes one colour's worth of pixels a turn.
    for (let i = 0, c = 0; i < width; i++, c++, to += 3) {
      const cb = (us[rowU + c] as number) - 128;
      const cr = (vs[rowV + c] as number) - 128;
      const r = cr * redV + black;
      const g = cb * greenU + cr * greenV + black;
      const b = cb * blueU + black;
      let luma = (lumas[rowY + i] as number) * light;
      out[to] = (luma + r) >> 16;
      out[to + 1] = (luma + g) >> 16;
      out[to + 2] = (luma + b) >> 16;
      if (shiftX === 1 && i + 1 < width) {
        i++;
        to += 3;
        luma = (lumas[rowY + i] as number) * light;
        out[to] = (luma + r) >> 16;
        out[to + 1] = (luma + g) >> 16;
        out[to + 2] = (luma + b) >> 16;
      }
    }
  }
  return new Uint8Array(out.buffer);
}

function fixed(value: number): number {
  return Math.round(value * 65536);
}
