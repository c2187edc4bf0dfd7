import type { DepthKind } from "../../depth/depth-map.ts";
import type { Image } from "../../image/image.ts";
import { type Colormap, colorTable } from "../../output/colormaps.ts";
import { defaultColormap } from "../../output/colourise.ts";

/** Number of levels of a `Palette`: four steps for each of an 8-bit table, so that slow slopes show no more bands. */
export const LEVELS = 1024;

/** The colours of `LEVELS` even steps from the low end of a range to the high one, as `Yuv420` has them. */
export interface Palette {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  /** All colours are grey: `u` and `v` hold nothing but 128. */
  readonly isGrey: boolean;
}

/** What a palette is made for. */
export interface PaletteOptions {
  readonly kind: DepthKind;
  /** `grey`: near is white for both kinds of depth, as compositing programs want it. Default: colours. */
  readonly grey?: boolean;
  /** Default: that of pictures, in which near is red. */
  readonly colormap?: Colormap;
}

/** The colours of a depth video, straight lines between the 256 colours of a table. */
export function depthPalette(options: PaletteOptions): Palette {
  const table = depthColours(options);
  const palette = { y: new Uint8Array(LEVELS), u: new Uint8Array(LEVELS), v: new Uint8Array(LEVELS) };
  let isGrey = true;
  for (let level = 0; level < LEVELS; level++) {
    const at = (level / (LEVELS - 1)) * 255;
    const from = Math.min(254, Math.floor(at));
    const [r, g, b] = [0, 1, 2].map((c) => {
      const [low, high] = [table[from * 3 + c] as number, table[from * 3 + 3 + c] as number];
      return (low + (high - low) * (at - from)) / 255;
    }) as [number, number, number];
    // BT.709, limited range: ITU-R BT.709-6, items 3.2 to 3.4.
    const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    palette.y[level] = Math.round(16 + 219 * luma);
    palette.u[level] = Math.round(128 + (224 * (b - luma)) / 1.8556);
    palette.v[level] = Math.round(128 + (224 * (r - luma)) / 1.5748);
    isGrey &&= palette.u[level] === 128 && palette.v[level] === 128;
  }
  return { ...palette, isGrey };
}

/** The 256 colours, RGB, from the low end of the range to the high one. */
export function depthColours({ kind, grey = false, colormap = defaultColormap(kind) }: PaletteOptions): Uint8Array {
  if (!grey) return colorTable(colormap);
  const table = colorTable("grey");
  return kind === "disparity" ? table : table.map((_, i) => 255 - (table[i] as number));
}

/** A picture of the colours from left to right, for legends. */
export function paletteBar(colours: Uint8Array, width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let x = 0; x < width; x++) {
    const level = width > 1 ? Math.round((x / (width - 1)) * 255) : 0;
    for (let y = 0; y < height; y++) data.set(colours.subarray(level * 3, level * 3 + 3), (y * width + x) * 3);
  }
  return { width, height, data, maxValue: 255 };
}
