import sharp from "sharp";
import type { Image } from "../image/image.ts";
import { sideBySide } from "./side-by-side.ts";

/** Height of the caption bar and baseline of its text, in pixels: those of V1's `run.py`. */
const BAR_PX = 60;
const BASELINE_PX = 40;

/**
 * The picture V1's `run.py` writes: photo and coloured depth side by side under a white bar with a caption
 * centred over each. The letters need a font installed on the machine.
 * @param captions default `Raw image` and `Depth Anything`.
 */
export async function captionedSideBySide(
  photo: Image,
  depthColours: Image,
  captions: readonly [string, string] = ["Raw image", "Depth Anything"],
): Promise<Image> {
  const picture = sideBySide(photo, depthColours, { barPx: BAR_PX });
  const { width, height } = picture;
  const texts = captions.map((caption, i) => {
    const centre = i === 0 ? photo.width / 2 : width - photo.width / 2;
    return `<text x="${centre}" y="${BASELINE_PX}" text-anchor="middle" font-family="sans-serif" font-size="30">${escapeXml(caption)}</text>`;
  });
  const bar = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${BAR_PX}">${texts.join("")}</svg>`,
  );
  const data = await sharp(picture.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input: bar, left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { ...picture, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
