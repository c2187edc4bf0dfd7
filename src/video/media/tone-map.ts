import { type ColourCoding, LUMA_WEIGHTS, type YcbcrPlanes } from "./ycbcr.ts";

/** Luminance that stands for white paper in HDR programmes (ITU-R BT.2408-7, 2.1); it is 1 in linear light here. */
const REFERENCE_WHITE_NITS = 203;
/** Up to here light is shown as it is; above, it nears full white without reaching it. */
const KNEE = 0.7;

/**
 * 8-bit sRGB of a picture in high dynamic range: PQ or HLG (for a display of 1000 nits) to linear light, BT.2020 to
 * BT.709 primaries, a curve that leaves light below 0.7 of reference white alone and presses the rest under 1, sRGB's
 * curve. The curve acts on the brightest channel and scales the others with it, so that hues stay. It is made for
 * networks and previews; grading needs more.
 * @param planes three planes of the same size, 10 or 12 bits
 * Sources: ITU-R BT.2100-2 (PQ, HLG), BT.2087-0 (primaries).
 */
export function toneMap({ y, u, v, bitDepth }: YcbcrPlanes, coding: ColourCoding): Uint8Array {
  const { width, height } = y;
  const { red, blue } = LUMA_WEIGHTS[coding.matrix];
  const green = 1 - red - blue;
  const unit = 2 ** (bitDepth - 8);
  const top = 2 ** bitDepth - 1;
  const [black, lumaRange, chromaRange] = coding.isFullRange ? [0, top, top] : [16 * unit, 219 * unit, 224 * unit];
  const light = coding.transfer === "pq" ? PQ_LIGHT() : HLG_LIGHT();
  const toSrgb = SRGB_OF_ROOT();
  const out = new Uint8Array(width * height * 3);
  for (let j = 0, to = 0; j < height; j++)
    for (let i = 0; i < width; i++, to += 3) {
      const luma = ((y.data[j * y.stride + i] as number) - black) / lumaRange;
      const cb = ((u.data[j * u.stride + i] as number) - 128 * unit) / chromaRange;
      const cr = ((v.data[j * v.stride + i] as number) - 128 * unit) / chromaRange;
      let r = at(light, luma + 2 * (1 - red) * cr);
      let g = at(light, luma - (2 * (1 - blue) * blue * cb + 2 * (1 - red) * red * cr) / green);
      let b = at(light, luma + 2 * (1 - blue) * cb);
      if (coding.transfer === "hlg") {
        // The display's own curve (BT.2100-2, table 5): gamma 1.2 on luminance, 1000 nits at the top.
        const gain = (1000 / REFERENCE_WHITE_NITS) * (0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2;
        [r, g, b] = [r * gain, g * gain, b * gain];
      }
      const r709 = Math.max(0, 1.6605 * r - 0.5876 * g - 0.0728 * b);
      const g709 = Math.max(0, -0.1246 * r + 1.1329 * g - 0.0083 * b);
      const b709 = Math.max(0, -0.0182 * r - 0.1006 * g + 1.1187 * b);
      const brightest = Math.max(r709, g709, b709);
      const gain =
        brightest > KNEE ? (KNEE + (1 - KNEE) * (1 - Math.exp((KNEE - brightest) / (1 - KNEE)))) / brightest : 1;
      out[to] = at(toSrgb, Math.sqrt(r709 * gain));
      out[to + 1] = at(toSrgb, Math.sqrt(g709 * gain));
      out[to + 2] = at(toSrgb, Math.sqrt(b709 * gain));
    }
  return out;
}

const STEPS = 4095;

function at(table: Float32Array, value: number): number {
  return table[value <= 0 ? 0 : value >= 1 ? STEPS : Math.round(value * STEPS)] as number;
}

function lazyTable(value: (x: number) => number): () => Float32Array {
  let table: Float32Array | undefined;
  return () => (table ??= Float32Array.from({ length: STEPS + 1 }, (_, i) => value(i / STEPS)));
}

/** Signal to linear light, reference white at 1. */
const PQ_LIGHT = lazyTable((signal) => {
  const root = signal ** (32 / 2523);
  const base = Math.max(0, root - 3424 / 4096) / (2413 / 128 - (2392 / 128) * root);
  return (10000 / REFERENCE_WHITE_NITS) * base ** (16384 / 2610);
});

/** Signal to scene light of 0..1. */
const HLG_LIGHT = lazyTable((signal) =>
  signal <= 0.5 ? (signal * signal) / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12,
);

/** sRGB's curve, looked up by the square root of light: that spends the table's steps where the eye sees them. */
const SRGB_OF_ROOT = lazyTable((root) => {
  const light = root * root;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});
