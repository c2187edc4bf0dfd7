import { readFile } from "node:fs/promises";
import sharp from "sharp";
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
import { insertPngText } from "./png-text.ts";
import type { Size } from "./resize-rule.ts";

/** What sharp calls the formats; SVG and PDF are left out on purpose: they are programs, not photos. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "heif", "tiff", "gif"];
const FORMAT_NAMES = "JPEG, PNG, WebP, AVIF, TIFF or GIF";

/**
 * Decodes a photo to RGB as `cv2.imread` would see it: EXIF orientation applied, alpha dropped without
 * compositing, grey repeated to RGB, colour profiles ignored (CMYK goes to sRGB through its profile), the
 * first frame of an animation. Files with more than 8 bits a sample keep 16.
 * @param input path, encoded bytes or Blob of a JPEG, PNG, WebP, AVIF, TIFF or GIF.
 * @throws DepthError `not-found` or `io` (path), `bad-file` (empty, damaged, not a picture), `unsupported`
 * (another kind of picture, float samples), `too-large` (more than `maxPixels`, before any decoding).
 */
export async function readImage(input: ImageInput, options: ReadImageOptions = {}): Promise<Image> {
  return decode(input, undefined, options);
}

/**
 * The same, no larger than what still covers `size`: the aspect stays, nothing is enlarged. A large JPEG is reduced while
 * it is decoded, which takes a fraction of the time and of the memory.
 * @throws DepthError as `readImage`
 */
export async function readImageCovering(input: ImageInput, size: Size, options: ReadImageOptions = {}): Promise<Image> {
  return decode(input, size, options);
}

async function decode(input: ImageInput, cover: Size | undefined, options: ReadImageOptions): Promise<Image> {
  const { maxPixels = DEFAULT_MAX_PIXELS, source = typeof input === "string" ? input : undefined } = options;
  const name = source ?? "The picture";
  const bytes = await readBytes(input);
  const bad = (error: unknown): DepthError => {
    const why = messageOf(error);
    return new DepthError("bad-file", `${name} cannot be decoded: ${why}. Expected a whole ${FORMAT_NAMES} file.`, {
      cause: error,
    });
  };
  if (bytes.length === 0) throw bad("the file is empty");

  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => Promise.reject(bad(error)));
  checkPixelCount(header.width, header.height, name, maxPixels);
  if (!FORMATS.includes(header.format) || !["uchar", "ushort"].includes(header.depth)) {
    throw new DepthError(
      "unsupported",
      `${name} is a ${header.format} file with ${header.depth} samples. Convert it to an 8- or 16-bit ${FORMAT_NAMES} file.`,
    );
  }

  const deep = header.depth === "ushort";
  // "error" lets harmless warnings of odd cameras pass and still fails on truncated data.
  const ignoreIcc = header.space !== "cmyk";
  const picture = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", ignoreIcc }).autoOrient();
  if (cover) picture.resize({ ...cover, fit: "outside", withoutEnlargement: true });
  const { data, info } = await picture
    .removeAlpha()
    .toColourspace(deep ? "rgb16" : "srgb")
    .raw({ depth: deep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => Promise.reject(bad(error)));
  return {
    width: info.width,
    height: info.height,
    data: deep
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : new Uint8Array(data.buffer, data.byteOffset, data.length),
    maxValue: deep ? 65535 : 255,
    ...(source === undefined ? {} : { source }),
  };
}

async function readBytes(input: ImageInput): Promise<Uint8Array> {
  if (input instanceof Blob) return new Uint8Array(await input.arrayBuffer());
  if (typeof input !== "string") return input;
  return readFile(input).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      throw new DepthError("not-found", `No such picture: ${input}. Check the path.`, { cause: error });
    }
    throw new DepthError("io", `Cannot read ${input}: ${messageOf(error)}`, { cause: error });
  });
}

/** Encodes samples as a PNG of the same channels and bit depth, losslessly. */
export async function encodePng(raster: Raster, options: EncodePngOptions = {}): Promise<Uint8Array> {
  const { width, height, channels, data } = raster;
  const deep = data instanceof Uint16Array;
  const space = channels === 3 ? (deep ? "rgb16" : "srgb") : deep ? "grey16" : "b-w";
  // Smooth 16-bit maps shrink eightfold with row filters; colour-mapped ones have few colours and do better without.
  const png = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace(space)
    .png(deep ? { compressionLevel: 3, adaptiveFiltering: true } : { compressionLevel: 6 })
    .toBuffer();
  return insertPngText(png, options.text ?? {});
}
