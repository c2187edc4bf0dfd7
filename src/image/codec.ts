import { DepthError } from "../util/errors.ts";

/** A picture to decode: a path (Node) or URL (browser), encoded bytes (a `Buffer` is one), or a `Blob`. */
export type ImageInput = string | Uint8Array | Blob;

/** How to decode a picture. */
export interface ReadImageOptions {
  /**
   * Refuse pictures with more pixels than this before they are decoded. Default 268,402,689 (16383 x 16383,
   * 0.8 GB of 8-bit RGB).
   */
  readonly maxPixels?: number;
  /** Name for messages and `Image.source`. Default: the path or URL, absent for bytes. */
  readonly source?: string;
}

/** Default of `ReadImageOptions.maxPixels`. */
export const DEFAULT_MAX_PIXELS = 16383 * 16383;

/** Samples to encode: grey (1 channel) or interleaved RGB (3), 8 or 16 bits by the type of `data`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** `width * height * channels` samples, rows from the top. */
  readonly data: Uint8Array | Uint16Array;
}

/** Options of `encodePng`. */
export interface EncodePngOptions {
  /** Latin-1 notes kept in the file as tEXt chunks, by keyword. Default none. */
  readonly text?: Readonly<Record<string, string>>;
}

/** The signature both PNG encoders share (`codec.node.ts`, `codec.web.ts`). */
export type EncodePng = (raster: Raster, options?: EncodePngOptions) => Promise<Uint8Array>;

/**
 * Stops decompression bombs: a small file can claim any size in its header.
 * @throws DepthError `too-large` naming the picture.
 */
export function checkPixelCount(width: number, height: number, name: string, maxPixels = DEFAULT_MAX_PIXELS): void {
  if (width * height <= maxPixels) return;
  throw new DepthError(
    "too-large",
    `${name} is ${width}x${height} (${width * height} pixels), more than the limit of ${maxPixels}. ` +
      "If you trust the file, raise `maxPixels`.",
  );
}
