import type { DepthKind } from "../../depth/depth-map.ts";
import type { Image } from "../../image/image.ts";
import { type CaptionBar, drawCaptions } from "../../output/captions.node.ts";
import { paletteBar } from "./palette.ts";

/** What a legend explains. */
export interface LegendOptions {
  readonly kind: DepthKind;
  /** 256 colours, RGB, from the low end to the high one. */
  readonly colours: Uint8Array;
  readonly range: { readonly low: number; readonly high: number };
}

/** Number of values along the bar of a metric legend. */
const TICKS = 5;

/** Height of the strip under a picture of a height: even, so that the colours of what is above keep their places. */
export function legendHeight(pictureHeight: number): number {
  return 2 * Math.round(fontPx(pictureHeight) * 1.4);
}

/**
 * A white strip with the colours and what they mean: metres from the low end to the high one, or far and near for relative
 * depth, whose numbers have no unit. The letters need a font installed on the machine.
 * @param pictureHeight the height of the picture it goes under, which decides the size of the letters
 */
export async function legendStrip(
  width: number,
  pictureHeight: number,
  { kind, colours, range }: LegendOptions,
): Promise<Image> {
  const height = legendHeight(pictureHeight);
  const font = fontPx(pictureHeight);
  const margin = Math.min(width >> 2, 3 * font);
  const bar = paletteBar(colours, width - 2 * margin, Math.round(height * 0.36));
  const data = new Uint8Array(width * height * 3).fill(255);
  const top = Math.round(height * 0.1);
  for (let y = 0; y < bar.height; y++)
    data.set(bar.data.subarray(y * bar.width * 3, (y + 1) * bar.width * 3), ((top + y) * width + margin) * 3);
  const captions = legendTexts(kind, range).map(({ text, share }) => ({
    text,
    centrePx: margin + share * bar.width,
  }));
  const strip: CaptionBar = {
    ...{ topPx: 0, heightPx: height, baselinePx: Math.round(height * 0.88), fontPx: font, captions },
  };
  return drawCaptions({ width, height, data, maxValue: 255 }, [strip]);
}

/** What stands under the bar, and where: 0 is its left end, 1 its right one. */
export function legendTexts(
  kind: DepthKind,
  { low, high }: LegendOptions["range"],
): readonly { readonly text: string; readonly share: number }[] {
  if (kind === "disparity")
    return [
      { text: "far", share: 0 },
      { text: "relative inverse depth", share: 0.5 },
      { text: "near", share: 1 },
    ];
  // As many decimals as tell neighbouring values apart.
  const decimals = Math.min(3, Math.max(0, Math.ceil(1 - Math.log10(Math.max(1e-3, high - low)))));
  return Array.from({ length: TICKS }, (_, i) => {
    const share = i / (TICKS - 1);
    return { text: `${(low + share * (high - low)).toFixed(decimals)} m`, share };
  });
}

function fontPx(pictureHeight: number): number {
  return Math.max(11, Math.round(pictureHeight / 36));
}
