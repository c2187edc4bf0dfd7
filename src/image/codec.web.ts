import { encode } from "fast-png";
import { DepthError, messageOf } from "../util/errors.ts";
import {
  checkPixelCount,
  DEFAULT_MAX_PIXELS,
  type EncodePngOptions,
  type ImageInput,
  type Raster,
  type ReadImageOptions,
} from "./codec.ts";
import type { Image } from "./image.ts";

// The part of the DOM used here, declared so that Node code does not see the whole of it.
interface ImageBitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}
interface Canvas2d {
  drawImage(bitmap: ImageBitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}
declare function createImageBitmap(blob: Blob, options: Readonly<Record<string, string>>): Promise<ImageBitmap>;
declare const OffscreenCanvas: new (
  width: number,
  height: number,
) => { getContext(kind: "2d", options: { willReadFrequently: boolean }): Canvas2d | null };

/**
 * Browser twin of `codec.node.ts`: decodes whatever the browser can to 8-bit RGB, EXIF orientation applied,
 * alpha dropped, no colour management. Unlike in Node, 16-bit files come out with 8 bits, pixels under full
 * transparency are black, and the browser has decoded the picture before `maxPixels` can be checked.
 * @param input URL, encoded bytes or Blob.
 * @throws DepthError `not-found` or `network` (URL), `bad-file`, `too-large`.
 */
export async function readImage(input: ImageInput, options: ReadImageOptions = {}): Promise<Image> {
  const { maxPixels = DEFAULT_MAX_PIXELS, source = typeof input === "string" ? input : undefined } = options;
  const name = source ?? "The picture";
  const bad = (error: unknown): DepthError =>
    new DepthError("bad-file", `${name} cannot be decoded by this browser: ${messageOf(error)}`, { cause: error });
  const blob = await readBlob(input);
  if (blob.size === 0) throw bad("the file is empty");
  const bitmap = await createImageBitmap(blob, {
    imageOrientation: "from-image",
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  }).catch((error: unknown) => Promise.reject(bad(error)));
  const { width, height } = bitmap;
  try {
    checkPixelCount(width, height, name, maxPixels);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) throw bad("no 2D canvas of that size");
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, width, height).data;
    return {
      width,
      height,
      data: dropAlpha(rgba),
      maxValue: 255,
      ...(source === undefined ? {} : { source }),
    };
  } finally {
    bitmap.close();
  }
}

async function readBlob(input: ImageInput): Promise<Blob> {
  if (input instanceof Blob) return input;
  if (typeof input !== "string") return new Blob([input as Uint8Array<ArrayBuffer>]);
  const response = await fetch(input).catch((error: unknown) => {
    throw new DepthError("network", `Cannot fetch ${input}: ${messageOf(error)}`, { cause: error });
  });
  if (response.ok) return response.blob();
  throw new DepthError(response.status === 404 ? "not-found" : "network", `${input} answered ${response.status}.`);
}

function dropAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

/** Encodes samples as a PNG of the same channels and bit depth, losslessly. */
export async function encodePng(raster: Raster, options: EncodePngOptions = {}): Promise<Uint8Array> {
  const depth = raster.data instanceof Uint16Array ? 16 : 8;
  return encode({ ...raster, depth, ...(options.text ? { text: { ...options.text } } : {}) });
}
