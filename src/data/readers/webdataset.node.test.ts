import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { grey8, grey16, pfm, photo, writtenFolders } from "../../../test/support/written-folders.ts";
import { encodeNpy } from "../../output/npy.ts";
import { openWebdataset } from "./webdataset.node.ts";

const folderOf = writtenFolders();
type Content = Uint8Array | string;
const tar = (...files: [name: string, content: Content][]) =>
  packTar(
    files.map(([name, content]) => {
      const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
      return { header: { name, size: body.length, type: "file" as const }, body };
    }),
  );
const npy = (...values: number[]) => encodeNpy({ dims: [1, values.length], data: Float32Array.from(values) });
const codes = grey16(2, [0, 512]);
const unknown = Number.NaN;

/** The one sample of a shard of the given files beside a picture of 2x1. */
async function sampleWith(files: Record<string, Content>, options = {}) {
  const picture: [string, Content] = ["k.jpg", await photo(2, 1)];
  const shard = await tar(
    picture,
    ...Object.entries(files).map(([name, content]): [string, Content] => [`k.${name}`, content]),
  );
  return (await openWebdataset(join(await folderOf({ "a.tar": shard }), "a.tar"), options)).get(0);
}

describe("samples", () => {
  it("are consecutive files of one name up to the first dot, in every shard", async () => {
    const picture = await photo(2, 1);
    const other = await photo(2, 1, "webp");
    const folder = await folderOf({
      "s-000000.tar": await tar(
        ["readme", "x"],
        ["v1.0/k1.jpg", picture],
        ["v1.0/k1.depth.png", codes],
        ["v1.0/k1.txt", "a caption"],
        ["v1.0/k2.DEPTH.png", codes],
        ["v1.0/k2.WebP", other],
        ["words.txt", "belongs to nothing"],
      ),
      "s-000001.tar": await tar(["k1.png", await photo(2, 1, "png")], ["k1.depth.png", codes]),
    });
    const dataset = await openWebdataset(folder, { encoding: "kitti" });
    const ids = Array.from({ length: dataset.length }, (_, i) => dataset.idOf(i));
    expect(ids).toEqual(["s-000000/v1.0/k1", "s-000000/v1.0/k2", "s-000001/k1"]);
    for (let i = 0; i < ids.length; i++) {
      const { image, truth } = await dataset.get(i);
      expect([image.width, image.height]).toEqual([2, 1]);
      expect(truth).toEqual({ kind: "depth-metres", data: Float32Array.of(unknown, 2) });
    }
    expect((await dataset.get(1)).source).toBe(join(folder, "s-000000.tar/v1.0/k2.WebP"));
    const named = await openWebdataset(join(folder, "s-{000000..000001}.tar"), { encoding: "kitti" });
    expect([named.length, named.name, named.summary]).toEqual([3, "s", "2 WebDataset shards, read as kitti"]);
    expect((await openWebdataset(join(folder, "s-*1.tar"), { encoding: "kitti" })).length).toBe(1);
    expect((await openWebdataset(join(folder, "s-000001.tar"), { encoding: "kitti" })).name).toBe("s-000001");
  });

  it("say themselves what their numbers are", async () => {
    const K = [
      [500, 0, 1],
      [0, 501, 0.5],
      [0, 0, 1],
    ];
    const truthOf = async (files: Record<string, Content>, options = {}) => (await sampleWith(files, options)).truth;
    expect(
      await sampleWith({ "depth.png": codes, json: JSON.stringify({ encoding: "kitti", K, licence: "x" }) }),
    ).toMatchObject({
      truth: { kind: "depth-metres", data: Float32Array.of(unknown, 2) },
      intrinsics: { fx: 500, fy: 501, cx: 1, cy: 0.5 },
    });
    const json = JSON.stringify({ unit: "metres", scale: 0.01 });
    expect(await truthOf({ json, "depth.pfm": pfm(2, [250, 0]) }, { encoding: "kitti" })).toEqual({
      kind: "depth-metres",
      data: Float32Array.of(2.5, unknown),
    });
    const pixels = await truthOf({ "disparity.npy": npy(0, 3) }, { encoding: "disparity-pixels" });
    expect(pixels).toEqual({ kind: "disparity", unit: "pixels", data: Float32Array.of(unknown, 3) });
    const zipped = zipSync({ "depth.npy": npy(1, 4), "K.npy": npy(9) });
    expect((await truthOf({ "depth.npz": zipped }, { encoding: "metres" })).data).toEqual(Float32Array.of(1, 4));
  });

  it("take pseudo labels for inverse depth up to scale in which 0 is sky, and after measured truth", async () => {
    const pseudo = { "pseudo.npy": npy(0, 3) };
    const label = { kind: "disparity", unit: "relative", data: Float32Array.of(0, 3) };
    expect((await sampleWith({ ...pseudo, json: '{"teacher":"large"}' })).truth).toEqual(label);
    const relative = (...values: number[]) => ({ ...label, data: Float32Array.of(...values) });
    expect((await sampleWith({ ...pseudo, json: '{"unit":"relative"}' })).truth).toEqual(relative(0, 3));
    const measured = { "disparity.npy": npy(0, 3), json: '{"unit":"relative"}' };
    expect((await sampleWith(measured)).truth).toEqual(relative(unknown, 3));
    const both = await sampleWith({ ...pseudo, "depth.png": codes }, { encoding: "kitti" });
    expect(both.truth.kind).toBe("depth-metres");
  });
});

describe("estimates with a confidence, as `label` writes them", () => {
  const estimate = { "disparity.npy": npy(0, 3), json: '{"unit":"relative","scale":2}' };
  const labelled = { ...estimate, "confidence.png": grey8(2, [51, 204]) };

  it("mean every number, and are unknown where the confidence is lower than asked", async () => {
    const data = async (options: object) => (await sampleWith(labelled, options)).truth.data;
    expect(await data({})).toEqual(Float32Array.of(0, 6));
    expect(await data({ minConfidence: 0.2 })).toEqual(Float32Array.of(0, 6));
    expect(await data({ minConfidence: 0.21 })).toEqual(Float32Array.of(unknown, 6));
    expect(await data({ minConfidence: 1 })).toEqual(Float32Array.of(unknown, unknown));
  });

  it.each([
    ["without it", estimate, /k\.disparity\.npy has no confidence\.png/],
    ["of another size", { ...estimate, "confidence.png": grey8(3, [1, 2, 3]) }, /k\.confidence\.png.*3x1.*2x1/],
  ])("are refused %s where one is asked for", async (_, files, message) => {
    await expect(sampleWith(files, { minConfidence: 0.5 })).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringMatching(message),
    });
  });
});

describe("refusals", () => {
  it.each<[string, Record<string, Content>, object, string, RegExp]>([
    [
      "an unsaid encoding",
      { "depth.png": codes },
      {},
      "bad-argument",
      /a\.tar.k\.depth\.png does not say.*one of kitti/,
    ],
    [
      "an unknown encoding",
      { "depth.png": codes, json: '{"encoding":"feet"}' },
      {},
      "bad-argument",
      /cannot be read as "feet"/,
    ],
    ["an unknown option", { "depth.png": codes }, { encoding: "feet" }, "bad-argument", /cannot be read as "feet"/],
    [
      "an unknown unit",
      { "depth.png": codes, json: '{"unit":"feet"}' },
      {},
      "bad-file",
      /k\.json does not describe.*unit/,
    ],
    [
      "damaged JSON",
      { "depth.png": codes, json: "{" },
      { encoding: "kitti" },
      "bad-file",
      /a\.tar.k\.json does not describe/,
    ],
    [
      "another size",
      { "depth.npy": npy(1, 2, 3) },
      { encoding: "metres" },
      "bad-file",
      /k\.depth\.npy does not fit.*2x1.*got 3x1/,
    ],
    [
      "other bits",
      { "depth.npy": npy(1, 2) },
      { encoding: "kitti" },
      "bad-file",
      /expected 2x1, 16 bits, got 2x1, 32 bits/,
    ],
    ["a damaged truth", { "depth.npy": "x" }, { encoding: "metres" }, "bad-file", /a\.tar.k\.depth\.npy is no whole/],
    ["no truth", { txt: "x" }, {}, "bad-file", /a\.tar: k\.jpg has no partner k\.\{depth\.png,/],
    ["two pictures of one name", { JPG: "x" }, {}, "bad-file", /a\.tar holds k\.JPG twice/],
  ])("%s", async (_, files, options, code, message) => {
    await expect(sampleWith(files, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("shards that are missing, damaged or empty", async () => {
    const folder = await folderOf({
      "a-0.tar": await tar(["k.depth.png", codes]),
      "b.tar": await tar(["k", "x"]),
      "c.tar.gz": "x",
      "d.tar": new Uint8Array(700).fill(7),
    });
    const opening = (where: string) => openWebdataset(join(folder, where));
    await expect(opening("a-{0..1}.tar")).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(/a-1\.tar/),
    });
    await expect(opening("a-{5..1}.tar")).rejects.toMatchObject({ code: "bad-argument" });
    await expect(opening("a-{0..999999999}.tar")).rejects.toMatchObject({ code: "bad-argument" });
    await expect(opening("nowhere")).rejects.toMatchObject({ code: "not-found" });
    await expect(opening("no*.tar")).rejects.toThrow(/no\*\.tar holds no shards/);
    await expect(openWebdataset(await folderOf({}))).rejects.toThrow(/holds no shards/);
    await expect(opening("a-0.tar")).rejects.toThrow(/k\.depth\.png has no partner k\.\{jpg,/);
    await expect(opening("b.tar")).rejects.toThrow(/b\.tar holds no samples/);
    await expect(opening("c.tar.gz")).rejects.toThrow(/c\.tar\.gz, byte 0: the archive is cut off/);
    await expect(opening("d.tar")).rejects.toThrow(/d\.tar, byte 0: .*checksum/);
  });

  it("a shard that is cut off, before or after it was opened", async () => {
    const shard = await tar(["k.jpg", await photo(2, 1)], ["k.depth.png", codes], ["l.txt", "x".repeat(5000)]);
    const folder = await folderOf({ "a.tar": shard.slice(0, 3000), "b.tar": shard });
    await expect(openWebdataset(join(folder, "a.tar"))).rejects.toThrow(
      /a\.tar, byte \d+: a file of 5000 bytes goes beyond/,
    );
    const dataset = await openWebdataset(join(folder, "b.tar"), { encoding: "kitti" });
    await truncate(join(folder, "b.tar"), 600);
    await expect(dataset.get(0)).rejects.toThrow(/b\.tar: k\.jpg has 88 of \d+ bytes; did the file change\?/);
  });
});
