import type { Image } from "../image/image.ts";
import { DepthError } from "../util/errors.ts";

/** Options of `sideBySide`. */
export interface SideBySideOptions {
  /** Width of the white gap between the pictures, in pixels. Default 50. */
  readonly gapPx?: number;
  /** Height of a white bar above them, room for captions, in pixels. Default 0; V1's `run.py` has 60. */
  readonly barPx?: number;
}

/**
 * The photo and its coloured depth in one picture, as the official `run.py` writes it.
 * @returns an 8-bit picture, `2 * width + gapPx` by `height + barPx`.
 * @throws DepthError `bad-argument` when the sizes differ.
 */
export function sideBySide(photo: Image, depthColours: Image, options: SideBySideOptions = {}): Image {
  const { gapPx = 50, barPx = 0 } = options;
  const { width, height } = photo;
  if (depthColours.width !== width || depthColours.height !== height) {
    const sizes = `${width}x${height} and ${depthColours.width}x${depthColours.height}`;
    throw new DepthError("bad-argument", `Side by side needs two pictures of one size, got ${sizes}.`);
  }
  const outWidth = 2 * width + gapPx;
  const data = new Uint8Array(outWidth * (height + barPx) * 3).fill(255);
  for (const [picture, left] of [
    [photo, 0],
    [depthColours, width + gapPx],
  ] as const) {
    const bytes = toBytes(picture);
    for (let y = 0; y < height; y++) {
      data.set(bytes.subarray(y * width * 3, (y + 1) * width * 3), ((y + barPx) * outWidth + left) * 3);
    }
  }
  return { width: outWidth, height: height + barPx, data, maxValue: 255 };
}

function toBytes({ data }: Image): Uint8Array {
  return data instanceof Uint8Array ? data : Uint8Array.from(data, (sample) => sample >> 8);
}
