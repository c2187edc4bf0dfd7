import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { decode } from "fast-png";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng, readImage, readImageCovering } from "./codec.node.ts";

const width = 32;
const height = 16;

/** Smooth colours, so that lossy formats stay close: red grows to the right, green downwards, blue is constant. */
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  return [(pixel % width) * 8, Math.floor(pixel / width) * 16, 100][i % 3] as number;
});
const picture = (): Sharp => sharp(rgb, { raw: { width, height, channels: 3 } });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codec-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Largest difference of two sample arrays. */
function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce(
    (worst, sample, i) => Math.max(worst, Math.abs(sample - (expected[i] as number))),
    0,
  );
}

describe("formats", () => {
  test.each<[name: string, bytes: () => Promise<Buffer>, tolerance: number]>([
    ["png", () => picture().png().toBuffer(), 0],
    ["webp", () => picture().webp({ lossless: true }).toBuffer(), 0],
    ["tiff", () => picture().tiff({ compression: "lzw" }).toBuffer(), 0],
    ["gif", () => picture().gif().toBuffer(), 12],
    ["jpeg", () => picture().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), 3],
    ["avif", () => picture().avif({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), 4],
  ])("%s", async (name, bytes, tolerance) => {
    const path = join(folder, `photo.${name}`);
    await writeFile(path, await bytes());
    const image = await readImage(path);
    expect(image).toMatchObject({ width, height, maxValue: 255, source: path });
    expect(image.data).toBeInstanceOf(Uint8Array);
    expect(distance(image.data, rgb)).toBeLessThanOrEqual(tolerance);
  });

  test("16 bits stay 16 bits, in RGB and grey, PNG and TIFF", async () => {
    const deep = Uint16Array.from(rgb, (sample, i) => sample * 257 + (i % 2));
    const png = await encodePng({ width, height, channels: 3, data: deep });
    const tiff = await sharp(png).toColourspace("rgb16").tiff({ compression: "lzw" }).toBuffer();
    for (const bytes of [png, tiff]) {
      const image = await readImage(bytes);
      expect(image).toMatchObject({ width, height, maxValue: 65535 });
      expect(image.data).toEqual(deep);
    }
    const grey = Uint16Array.from({ length: width * height }, (_, i) => i * 100 + 7);
    const { data } = await readImage(await encodePng({ width, height, channels: 1, data: grey }));
    expect(data).toEqual(Uint16Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)] as number));
  });

  test("grey and palette pictures become RGB", async () => {
    const grey = Uint8Array.from({ length: width * height }, (_, i) => i % 251);
    const image = await readImage(await encodePng({ width, height, channels: 1, data: grey }));
    expect(image.data).toEqual(
      Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)] as number),
    );
    const red = sharp({ create: { width: 4, height: 4, channels: 3, background: "#ff0000" } });
    const palette = await readImage(await red.png({ palette: true }).toBuffer());
    expect([...palette.data.subarray(0, 6)]).toEqual([255, 0, 0, 255, 0, 0]);
  });

  test("alpha is dropped, not composited", async () => {
    const rgba = Uint8Array.of(200, 100, 50, 0, 10, 20, 30, 128);
    const png = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await readImage(png)).data]).toEqual([200, 100, 50, 10, 20, 30]);
  });

  test("CMYK becomes sRGB", async () => {
    const brown = sharp({ create: { width: 4, height: 4, channels: 3, background: "#a08060" } });
    const { data } = await readImage(await brown.toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer());
    expect(data.length).toBe(4 * 4 * 3);
    expect(distance(data.subarray(0, 3), [0xa0, 0x80, 0x60])).toBeLessThan(12);
  });

  test("the numbers of a wide-gamut file are left alone, as OpenCV does", async () => {
    const { data } = await readImage(await picture().withIccProfile("p3", { attach: true }).png().toBuffer());
    const { data: raw } = decode(await picture().withIccProfile("p3").png().toBuffer());
    expect([...data]).toEqual([...raw]);
    expect(distance(data, rgb)).toBeGreaterThan(0);
  });

  test("EXIF orientation is applied", async () => {
    const upright = await readImage(await picture().png().toBuffer());
    const turned = await picture().rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await readImage(turned)).toEqual(upright);
  });

  test("the first frame of an animation", async () => {
    const frames = await Promise.all(
      ["#ff0000", "#0000ff"].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const image = await readImage(gif);
    expect(image).toMatchObject({ width: 8, height: 8 });
    expect([...image.data.subarray(0, 3)]).toEqual([255, 0, 0]);
  });

  test("a Blob, a Buffer and a byte array are the same picture", async () => {
    const buffer = await picture().png().toBuffer();
    const image = await readImage(buffer);
    expect(await readImage(new Uint8Array(buffer))).toEqual(image);
    expect(await readImage(new Blob([new Uint8Array(buffer)]), { source: "drop" })).toEqual({
      ...image,
      source: "drop",
    });
  });
});

describe("size", () => {
  test("a 100-megapixel photo", async () => {
    const jpeg = await sharp({ create: { width: 12000, height: 8400, channels: 3, background: "#204060" } })
      .jpeg({ optimizeCoding: false })
      .toBuffer();
    const image = await readImage(jpeg);
    expect(image).toMatchObject({ width: 12000, height: 8400 });
    expect(image.data.length).toBe(12000 * 8400 * 3);
    expect(distance(image.data.subarray(-3), [0x20, 0x40, 0x60])).toBeLessThanOrEqual(2);
  });

  test("a decompression bomb is refused before it is decoded", async () => {
    const bomb = Buffer.from(await picture().png().toBuffer());
    bomb.writeUInt32BE(60000, 16);
    bomb.writeUInt32BE(60000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(readImage(bomb, { source: "bomb.png" })).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringContaining("bomb.png is 60000x60000"),
    });
  });

  test("the limit can be chosen", async () => {
    const png = await picture().png().toBuffer();
    await expect(readImage(png, { maxPixels: width * height - 1 })).rejects.toMatchObject({ code: "too-large" });
    expect((await readImage(png, { maxPixels: width * height })).width).toBe(width);
  });
});

describe("bad files", () => {
  test.each<[name: string, bytes: () => Promise<Uint8Array> | Uint8Array]>([
    ["empty.jpg", () => new Uint8Array(0)],
    ["text.jpg", () => Buffer.from("this is no picture\n".repeat(50))],
    ["truncated.jpg", async () => (await picture().jpeg().toBuffer()).subarray(0, -60)],
    ["truncated.png", async () => (await picture().png().toBuffer()).subarray(0, -40)],
    ["header-only.webp", async () => (await picture().webp().toBuffer()).subarray(0, 40)],
    ["damaged.png", async () => (await picture().png().toBuffer()).fill(0x55, 60, 80)],
  ])("%s", async (name, bytes) => {
    const path = join(folder, name);
    await writeFile(path, await bytes());
    await expect(readImage(path)).rejects.toMatchObject({ code: "bad-file", message: expect.stringContaining(path) });
  });

  test("missing file, folder, SVG and float samples", async () => {
    await expect(readImage(join(folder, "none.jpg"))).rejects.toMatchObject({ code: "not-found" });
    await expect(readImage(folder)).rejects.toMatchObject({ code: "io" });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(readImage(svg)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("svg"),
    });
    const float = await picture().toColourspace("scrgb").tiff({ compression: "none" }).toBuffer();
    await expect(readImage(float)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("float"),
    });
  });
});

describe("readImageCovering", () => {
  const photo = (w: number, h: number) => picture().resize(w, h, { fit: "fill" });

  test.each<[string, [number, number], [number, number], [number, number]]>([
    ["wide", [640, 320], [64, 64], [128, 64]],
    ["tall", [320, 640], [64, 64], [64, 128]],
    ["one side too small", [640, 40], [64, 64], [640, 40]],
    ["too small", [20, 10], [64, 64], [20, 10]],
  ])("%s: the smallest that covers, never larger than the file", async (_, [w, h], [coverWidth, coverHeight], size) => {
    const bytes = await photo(w, h).jpeg({ quality: 95 }).toBuffer();
    const image = await readImageCovering(bytes, { width: coverWidth, height: coverHeight });
    expect([image.width, image.height]).toEqual(size);
    expect(image.data).toHaveLength(size[0] * size[1] * 3);
  });

  test("is the picture, turned upright", async () => {
    const small = await photo(128, 64).raw().toBuffer();
    const bytes = await photo(640, 320).jpeg({ quality: 95 }).toBuffer();
    const image = await readImageCovering(bytes, { width: 64, height: 64 });
    expect(distance(image.data, small)).toBeLessThan(14);
    const turned = await photo(640, 320).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const upright = await readImageCovering(turned, { width: 32, height: 64 });
    expect([upright.width, upright.height]).toEqual([32, 64]);
  });

  test("refuses a truncated file", async () => {
    const bytes = await photo(640, 320).jpeg().toBuffer();
    const cut = bytes.subarray(0, bytes.length * 0.6);
    await expect(readImageCovering(cut, { width: 64, height: 32 })).rejects.toMatchObject({ code: "bad-file" });
  });
});

describe("encodePng", () => {
  test("keeps samples, channels and depth", async () => {
    for (const channels of [1, 3] as const) {
      for (const type of [Uint8Array, Uint16Array]) {
        const data = new type(5 * 3 * channels).map((_: number, i: number) => i * 4001);
        const png = decode(await encodePng({ width: 5, height: 3, channels, data }), { checkCrc: true });
        expect(png).toMatchObject({ width: 5, height: 3, channels, depth: type.BYTES_PER_ELEMENT * 8 });
        expect([...png.data]).toEqual([...data]);
      }
    }
  });

  test("keeps text notes, and other readers still see the picture", async () => {
    const png = await encodePng({ width, height, channels: 3, data: rgb }, { text: { Kind: "disparity", Note: "é" } });
    expect(decode(png, { checkCrc: true }).text).toEqual({ Kind: "disparity", Note: "é" });
    expect((await readImage(png)).data).toEqual(rgb);
  });
});
