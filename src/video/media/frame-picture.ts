import type { VideoFrame } from "@napi-rs/webcodecs";
import type { Image } from "../../image/image.ts";
import { DepthError } from "../../util/errors.ts";
import { createPlaneShrinker, type Plane, type PlaneShrinker } from "./shrink-plane.ts";
import { toneMap } from "./tone-map.ts";
import { type Turn, turnPicture } from "./turn-picture.ts";
import { type ColourCoding, type YcbcrPlanes, ycbcrToRgb } from "./ycbcr.ts";

/** What a file says that its frames do not: how they are to be turned, and its colours where a frame leaves them open. */
export interface FramePresentation {
  readonly path: string;
  readonly turn: Turn;
  readonly isMirrored: boolean;
  readonly colours: { readonly matrix?: string | null | undefined; readonly transfer?: string | null | undefined };
}

/** The way samples lie in a decoded frame: depth, and how many luma samples share a colour sample on each axis. */
interface SampleLayout {
  readonly bitDepth: number;
  readonly across: 1 | 2;
  readonly down: 1 | 2;
}

/** @returns undefined for formats that no video decoder gives (RGB, or none at all). */
export function sampleLayout(format: string | null): SampleLayout | undefined {
  const parts = /^(?:I(420|422|444)A?(?:P(10|12))?|NV12|NV21)$/.exec(format ?? "");
  if (!parts) return undefined;
  const kind = parts[1] ?? "420";
  return { bitDepth: Number(parts[2] ?? 8), across: kind === "444" ? 1 : 2, down: kind === "420" ? 2 : 1 };
}

/**
 * Makes pictures of decoded frames: planes are copied out, shrunk each by itself, and only the small result becomes RGB,
 * is turned and mirrored. Buffers serve the next frame again.
 * @throws DepthError `unsupported` for a frame that is not YCbCr
 */
export function createFramePainter(presentation: FramePresentation): {
  paint(frame: VideoFrame, width: number, height: number): Promise<Image>;
} {
  const { path, turn, isMirrored } = presentation;
  const shrinker = createPlaneShrinker();
  const spare: Uint8Array[] = [];
  return {
    async paint(frame, width, height) {
      const layout = sampleLayout(frame.format);
      const coding = colourCoding(frame, presentation);
      if (!layout || !coding) throw notYcbcr(path, frame);
      const [spans, size] = planeSpans(frame, layout);
      const taken = spare.pop();
      const buffer = taken && taken.length >= size ? taken : new Uint8Array(size);
      await frame.copyTo(buffer, { layout: spans.map(({ offset, bytesPerRow }) => ({ offset, stride: bytesPerRow })) });
      const planes = toPlanes(buffer, spans, frame, layout);
      const isSideways = turn === 90 || turn === 270;
      const target = isSideways ? { width: height, height: width } : { width, height };
      const data = colour(planes, coding, target, shrinker);
      spare.push(buffer);
      return { width, height, data: turnPicture(data, target, turn, isMirrored), maxValue: 255, source: path };
    },
  };
}

function colour(
  planes: YcbcrPlanes,
  coding: ColourCoding,
  { width, height }: { readonly width: number; readonly height: number },
  shrinker: PlaneShrinker,
): Uint8Array {
  const isHdr = coding.transfer !== "sdr";
  // Colour stays as coarse as it came, as in a clip of the new size: the conversion repeats its samples. HDR needs all.
  const isHalf = (whole: number, part: number): boolean => !isHdr && part < whole;
  const across = isHalf(planes.y.width, planes.u.width) ? (width + 1) >> 1 : width;
  const down = isHalf(planes.y.height, planes.u.height) ? (height + 1) >> 1 : height;
  const [u, v] = shrinker.shrinkPair(planes.u, planes.v, across, down);
  const fitted = { y: shrinker.shrink(planes.y, width, height), u, v, bitDepth: planes.bitDepth };
  if (isHdr) return toneMap(fitted, coding);
  if (planes.bitDepth === 8) return ycbcrToRgb(fitted, coding);
  const toBytes = (plane: Plane): Plane => ({ ...plane, data: bytesOf(plane.data, planes.bitDepth - 8) });
  return ycbcrToRgb({ y: toBytes(fitted.y), u: toBytes(fitted.u), v: toBytes(fitted.v), bitDepth: 8 }, coding);
}

function bytesOf(words: Uint8Array | Uint16Array, shift: number): Uint8Array {
  const out = new Uint8Array(words.length);
  const half = (1 << shift) >> 1;
  for (let i = 0; i < words.length; i++) out[i] = Math.min(255, ((words[i] as number) + half) >> shift);
  return out;
}

/**
 * How a frame's numbers stand for colours. Where neither the frame nor the file says, as players do: BT.709 from 1280
 * columns or 577 rows on, BT.601 below. RGB in disguise (matrix `rgb`) has none.
 */
export function colourCoding(frame: VideoFrame, { colours }: FramePresentation): ColourCoding | undefined {
  const stated = frame.colorSpace.matrix ?? colours.matrix;
  const transfer = frame.colorSpace.transfer ?? colours.transfer;
  if (stated === "rgb") return undefined;
  const isLarge = frame.codedWidth >= 1280 || frame.codedHeight > 576;
  const guessed = isLarge ? "bt709" : "bt601";
  return {
    matrix: stated === "bt709" ? "bt709" : stated === "bt2020-ncl" ? "bt2020" : stated ? "bt601" : guessed,
    isFullRange: frame.colorSpace.fullRange === true,
    transfer: transfer === "pq" || transfer === "hlg" ? transfer : "sdr",
  };
}

interface PlaneSpan {
  readonly offset: number;
  readonly bytesPerRow: number;
  readonly width: number;
  readonly height: number;
}

/** Where each plane goes: rows of a multiple of 16 bytes, so that they can be read by words. */
function planeSpans(frame: VideoFrame, { bitDepth, across, down }: SampleLayout): readonly [PlaneSpan[], number] {
  const bytes = bitDepth > 8 ? 2 : 1;
  const { width, height } = frame.visibleRect;
  const isPacked = frame.format?.startsWith("NV") ?? false;
  const spans: PlaneSpan[] = [];
  let offset = 0;
  for (let plane = 0; plane < frame.numberOfPlanes; plane++) {
    const isColour = plane === 1 || plane === 2;
    const columns = isColour ? Math.ceil(width / across) * (isPacked ? 2 : 1) : width;
    const rows = isColour ? Math.ceil(height / down) : height;
    const bytesPerRow = (columns * bytes + 15) & ~15;
    spans.push({ offset, bytesPerRow, width: columns, height: rows });
    offset += bytesPerRow * rows;
  }
  return [spans, offset];
}

function toPlanes(buffer: Uint8Array, spans: PlaneSpan[], frame: VideoFrame, { bitDepth }: SampleLayout): YcbcrPlanes {
  const plane = (index: number): Plane => {
    const { offset, bytesPerRow, width, height } = spans[index] as PlaneSpan;
    const size = bytesPerRow * height;
    if (bitDepth === 8) return { width, height, stride: bytesPerRow, data: buffer.subarray(offset, offset + size) };
    const data = new Uint16Array(buffer.buffer, buffer.byteOffset + offset, size / 2);
    return { width, height, stride: bytesPerRow / 2, data };
  };
  if (!frame.format?.startsWith("NV")) return { y: plane(0), u: plane(1), v: plane(2), bitDepth };
  const [first, second] = unpack(plane(1));
  return {
    y: plane(0),
    u: frame.format === "NV12" ? first : second,
    v: frame.format === "NV12" ? second : first,
    bitDepth,
  };
}

/** The two colour planes that lie interleaved in one. */
function unpack({ width, height, stride, data }: Plane): readonly [Plane, Plane] {
  const half = width / 2;
  const halfStride = (half + 3) & ~3;
  const [first, second] = [new Uint8Array(halfStride * height), new Uint8Array(halfStride * height)];
  for (let j = 0; j < height; j++)
    for (let i = 0, from = j * stride, to = j * halfStride; i < half; i++, from += 2, to++) {
      first[to] = data[from] as number;
      second[to] = data[from + 1] as number;
    }
  return [
    { width: half, height, stride: halfStride, data: first },
    { width: half, height, stride: halfStride, data: second },
  ];
}

function notYcbcr(path: string, frame: VideoFrame): DepthError {
  return new DepthError(
    "unsupported",
    `${path}: its frames are ${frame.colorSpace.matrix === "rgb" ? "RGB" : (frame.format ?? "of an unknown format")}; ` +
      "expected YCbCr (4:2:0, 4:2:2 or 4:4:4 with 8, 10 or 12 bits). Re-encode the clip, for example with " +
      "`ffmpeg -i in -pix_fmt yuv420p out.mp4`.",
  );
}
