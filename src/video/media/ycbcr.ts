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
 * 8-bit RGB of an 8-bit picture, in 16.16 fixed point by tables. Colour planes of half the width or height are repeated.
 * Source: ITU-R BT.709-6, 3.2-3.4 (limited range: 16..235 and 16..240; full range: 0..255).
 */
export function ycbcrToRgb({ y, u, v }: YcbcrPlanes, coding: ColourCoding): Uint8Array {
  const { width, height } = y;
  const out = new Uint8ClampedArray(width * height * 3);
  const { luma, redV, greenU, greenV, blueU } = tables(coding);
  const [shiftX, shiftY] = [u.width < width ? 1 : 0, u.height < height ? 1 : 0];
  for (let j = 0, to = 0; j < height; j++) {
    const rowY = j * y.stride;
    const rowU = (j >> shiftY) * u.stride;
    const rowV = (j >> shiftY) * v.stride;
    for (let i = 0; i < width; i++, to += 3) {
      const light = luma[y.data[rowY + i] as number] as number;
      const cb = u.data[rowU + (i >> shiftX)] as number;
      const cr = v.data[rowV + (i >> shiftX)] as number;
      out[to] = (light + (redV[cr] as number)) >> 16;
      out[to + 1] = (light + (greenU[cb] as number) + (greenV[cr] as number)) >> 16;
      out[to + 2] = (light + (blueU[cb] as number)) >> 16;
    }
  }
  return new Uint8Array(out.buffer);
}

interface Tables {
  readonly luma: Int32Array;
  readonly redV: Int32Array;
  readonly greenU: Int32Array;
  readonly greenV: Int32Array;
  readonly blueU: Int32Array;
}

const known = new Map<string, Tables>();

function tables({ matrix, isFullRange }: ColourCoding): Tables {
  const key = `${matrix}${isFullRange}`;
  const made = known.get(key) ?? makeTables(matrix, isFullRange);
  known.set(key, made);
  return made;
}

function makeTables(matrix: ColourCoding["matrix"], isFullRange: boolean): Tables {
  const { red, blue } = LUMA_WEIGHTS[matrix];
  const green = 1 - red - blue;
  const lumaScale = isFullRange ? 1 : 255 / 219;
  const chromaScale = isFullRange ? 1 : 255 / 224;
  const table = (value: (code: number) => number): Int32Array =>
    Int32Array.from({ length: 256 }, (_, code) => Math.round(value(code) * 65536));
  return {
    luma: table((code) => (code - (isFullRange ? 0 : 16)) * lumaScale + 0.5),
    redV: table((code) => (code - 128) * chromaScale * 2 * (1 - red)),
    greenU: table((code) => ((code - 128) * chromaScale * -2 * (1 - blue) * blue) / green),
    greenV: table((code) => ((code - 128) * chromaScale * -2 * (1 - red) * red) / green),
    blueU: table((code) => (code - 128) * chromaScale * 2 * (1 - blue)),
  };
}
