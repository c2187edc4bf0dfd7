import { interpolateInferno, interpolateMagma, interpolatePlasma, interpolateViridis } from "d3-scale-chromatic";

/** ColorBrewer's 11 Spectral colours, red to blue; matplotlib draws straight lines between them. */
const SPECTRAL = "9e0142 d53e4f f46d43 fdae61 fee08b ffffbf e6f598 abdda4 66c2a5 3288bd 5e4fa2".split(" ");

/** Every fifth colour of Turbo (A. Mikhailov, Google, 2019; Apache-2.0): lines between them stay within one level. */
const TURBO = (
  "30123b 36215f 3b2f80 3f3e9c 424bb5 4559cb 4666dd 4773eb 4680f6 458cfd 4099ff 38a5fb 2fb2f4 27bee9 1fc9dd 1ad4d0 " +
  "18ddc2 1ae4b6 23ebaa 2ff19b 3ff68a 52fa7a 65fd69 79fe59 8bff4b 9cfe40 a9fb39 b7f735 c3f134 d0ea34 dbe236 e5d938 " +
  "eecf3a f5c53a faba39 fdae35 fea130 fe932a fc8423 f9751d f46617 ef5811 e84b0c e14109 d83706 ce2d04 c32503 b71d02 " +
  "a91601 9b0f01 8b0902 7a0403"
).split(" ");

const BUILDERS = {
  /** V1's colours: `cv2.COLORMAP_INFERNO`. */
  inferno: () => fromHex(interpolateInferno),
  /** V2's colours for disparity: matplotlib `Spectral_r`, near is red. */
  spectral_r: () => fromLines(SPECTRAL, true),
  /** V2's colours for metric depth: matplotlib `Spectral`, near is red. */
  spectral: () => fromLines(SPECTRAL),
  turbo: () => fromLines(TURBO),
  /** The level on all three channels, as ControlNet wants it. */
  grey: () => tableOf((level) => [level, level, level]),
  viridis: () => fromHex(interpolateViridis),
  magma: () => fromHex(interpolateMagma),
  plasma: () => fromHex(interpolatePlasma),
};

/** Name of a colour table. */
export type Colormap = keyof typeof BUILDERS;

/** All colour tables by name, for option checks and help texts. */
export const COLORMAPS = Object.keys(BUILDERS) as readonly Colormap[];

const tables = new Map<Colormap, Uint8Array>();

/** The 256 colours of a table, RGB interleaved (768 bytes); index 0 is the smallest value. */
export function colorTable(name: Colormap): Uint8Array {
  const table = tables.get(name) ?? BUILDERS[name]();
  tables.set(name, table);
  return table;
}

function fromHex(color: (position: number) => string): Uint8Array {
  return tableOf((level) => rgbOf(color(level / 255).slice(1)));
}

/**
 * Straight lines between evenly spaced colours, truncated as the official `(cmap(u8) * 255).astype(uint8)` is.
 * Each step is matplotlib's own (`LinearSegmentedColormap`, `reversed`): where the exact value is a whole number,
 * its rounding errors decide.
 */
function fromLines(colors: readonly string[], reversed = false): Uint8Array {
  const last = colors.length - 1;
  const forward = (index: number): number => index * (1 / last);
  const points = (reversed ? [...colors].reverse() : colors).map((hex, index) => ({
    level: (reversed ? 1 - forward(last - index) : forward(index)) * 255,
    rgb: rgbOf(hex).map((channel) => channel / 255),
  }));
  return tableOf((level) => {
    const index = Math.min(last - 1, Math.floor((level * last) / 255));
    const from = points[index] as Point;
    const to = points[index + 1] as Point;
    const share = (level - from.level) / (to.level - from.level);
    return from.rgb.map((start, c) => (share * ((to.rgb[c] as number) - start) + start) * 255);
  });
}

interface Point {
  readonly level: number;
  readonly rgb: readonly number[];
}

function tableOf(color: (level: number) => readonly number[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: 256 }, (_, level) => color(level)).flat());
}

function rgbOf(hex: string): number[] {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
