import type { DepthKind } from "../depth/depth-map.ts";
import type { Image } from "../image/image.ts";
import { type Colormap, colorTable } from "./colormaps.ts";
import { normaliseToBytes, type RangedData } from "./normalise.ts";

/** The official V2 colours, in which near is red for both kinds. */
export function defaultColormap(kind: DepthKind): Colormap {
  return kind === "metric" ? "spectral" : "spectral_r";
}

/** A depth map as an 8-bit colour picture: the official normalisation, then a colour table. */
export function colourise(
  depth: RangedData & { readonly width: number; readonly height: number; readonly kind: DepthKind },
  colormap: Colormap = defaultColormap(depth.kind),
): Image {
  const table = colorTable(colormap);
  const levels = normaliseToBytes(depth);
  const data = new Uint8Array(levels.length * 3);
  for (let i = 0, to = 0; i < levels.length; i++, to += 3) {
    const from = (levels[i] as number) * 3;
    data[to] = table[from] as number;
    data[to + 1] = table[from + 1] as number;
    data[to + 2] = table[from + 2] as number;
  }
  return { width: depth.width, height: depth.height, data, maxValue: 255 };
}
