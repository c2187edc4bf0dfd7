import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DepthMap } from "../depth/depth-map.ts";
import { finiteRange } from "../depth/finite-range.ts";
import { encodePng, readImage } from "../image/codec.node.ts";
import { colourise } from "./colourise.ts";
import { DEPTH_FORMATS } from "./formats.ts";
import { decodeNpy } from "./npy.ts";
import { readDepthPng16 } from "./png16.ts";
import { writeDepth } from "./write-depth.node.ts";

const data = Float32Array.from({ length: 40 * 30 }, (_, i) => Math.sin(i / 100) * 7.3 + i / 500);
const depth: DepthMap = {
  kind: "disparity",
  width: 40,
  height: 30,
  data,
  range: finiteRange(data),
  modelId: "größe/模型",
  inputWidth: 56,
  inputHeight: 42,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "write-depth-"));
});
afterAll(() => rm(folder, { recursive: true }));

test(".png is the colour picture, in the colours asked for", async () => {
  const path = join(folder, "new/folder/depth.PNG");
  await writeDepth(depth, path);
  expect(await readImage(path)).toEqual({ ...colourise(depth, "spectral_r"), source: path });
  await writeDepth(depth, path, { colormap: "grey" });
  expect(await readImage(path)).toEqual({ ...colourise(depth, "grey"), source: path });
  expect(await readdir(join(folder, "new/folder"))).toEqual(["depth.PNG"]);
});

test(".npy keeps every value", async () => {
  const path = join(folder, "depth.npy");
  await writeDepth(depth, path);
  expect(decodeNpy(await readFile(path), path)).toEqual({ dims: [30, 40], data });
});

test("png16 can be undone to half a step, with all that describes it", async () => {
  const path = join(folder, "depth16.png");
  await writeDepth(depth, path, { format: "png16" });
  const bytes = await readFile(path);
  const { data: codes } = decode(bytes);
  expect([Math.min(...codes), Math.max(...codes)]).toEqual([0, 65535]);
  const { data: values, ...rest } = readDepthPng16(bytes, path);
  const { data: _, ...expected } = depth;
  expect(rest).toEqual(expected);
  const halfStep = (depth.range.max - depth.range.min) / 65535 / 2;
  expect(Math.max(...values.map((value, i) => Math.abs(value - (data[i] as number))))).toBeLessThan(halfStep * 1.01);
});

test("png16 of a constant map is undone to the constant", async () => {
  const flat = { ...depth, data: new Float32Array(data.length).fill(2.5), range: { min: 2.5, max: 2.5 } };
  const path = join(folder, "flat.png");
  await writeDepth(flat, path, { format: "png16" });
  expect(readDepthPng16(await readFile(path), path)).toEqual(flat);
});

test("other PNGs and damaged ones are no depth maps", async () => {
  const colour = await encodePng({ ...colourise(depth), channels: 3 });
  const expectBad = (bytes: Uint8Array, message: string) =>
    expect(() => readDepthPng16(bytes, "x.png")).toThrow(
      expect.objectContaining({ code: "bad-file", message: expect.stringContaining(message) }),
    );
  expectBad(
    colour,
    "x.png was not written with format png16: expected 16-bit grey with its range, got 8 bits, 3 channel(s)",
  );
  expectBad(Buffer.from("no picture"), "x.png is not a PNG file");
  const grey = { width: 40, height: 30, channels: 1 as const, data: new Uint16Array(1200) };
  expectBad(await encodePng(grey), "DepthMap note: none");
  expectBad(await encodePng(grey, { text: { DepthMap: "{" } }), "x.png is damaged");
  const png = await encodePng(grey, { text: { DepthMap: '{"min":"0"}' } });
  expectBad(png, 'DepthMap note: {"min":"0"}');
  expectBad(png.subarray(0, -30), "x.png is damaged");
  const huge = Buffer.from(png);
  huge.writeUInt32BE(0x7fffffff, 16);
  expect(() => readDepthPng16(huge, "x.png")).toThrow(expect.objectContaining({ code: "too-large" }));
});

test("an unknown extension or format lists the known ones, and nothing is written", async () => {
  const code = "unsupported";
  const known = expect.stringMatching(/png8 \(\.png\), png16 \(\.png\), npy \(\.npy\)/);
  await expect(writeDepth(depth, join(folder, "depth.xyz"))).rejects.toMatchObject({ code, message: known });
  await expect(writeDepth(depth, join(folder, "depth"))).rejects.toMatchObject({ code, message: known });
  await expect(writeDepth(depth, join(folder, "a.png"), { format: "gif" })).rejects.toMatchObject({
    code,
    message: known,
  });
  await expect(writeDepth(depth, join(folder, "a.png"), { format: "npy" })).rejects.toMatchObject({
    code: "bad-argument",
  });
  expect(await readdir(folder)).not.toContain("a.png");
});

test("every format has a name of its own, an extension and a description", () => {
  expect(new Set(DEPTH_FORMATS.map((format) => format.name)).size).toBe(DEPTH_FORMATS.length);
  for (const { name, extensions, description } of DEPTH_FORMATS) {
    expect(extensions.join(), name).toMatch(/^\.[a-z0-9]+(,\.[a-z0-9]+)*$/);
    expect(description.length, name).toBeGreaterThan(20);
  }
});
