import { join } from "node:path";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { grey16, photo, writtenFolders } from "../../../test/support/written-folders.ts";
import { openPictures, type UnlabelledSpec } from "./picture-source.node.ts";

const folderOf = writtenFolders();
const options = { cover: { width: 32, height: 24 }, withTargets: false };
const photos = (folder: string): UnlabelledSpec => ({ type: "photos", folder });

describe("photos", () => {
  it("are found below a folder, in shards and in lists, in the order of their names", async () => {
    const jpg = await photo(8, 6);
    const tar = await packTar([
      { header: { name: "in.png", size: 0, type: "file" }, body: new Uint8Array() },
      { header: { name: "k.jpg", size: jpg.length, type: "file" }, body: jpg },
    ]);
    const folder = await folderOf({
      "b/deep/x.webp": await photo(8, 6, "webp"),
      "a.PNG": await photo(8, 6, "png"),
      "notes.txt": "a.PNG\nnowhere.jpg\n",
      "shard.tar": tar,
      ".hidden.jpg": "x",
    });
    const dataset = await openPictures(photos(folder), options);
    const ids = Array.from({ length: dataset.length }, (_, i) => dataset.idOf(i));
    expect(ids).toEqual(["a.PNG", "b/deep/x.webp", "shard.tar/in.png", "shard.tar/k.jpg"]);
    expect(await dataset.get(1)).toMatchObject({
      image: { width: 8, height: 6 },
      source: join(folder, "b/deep/x.webp"),
    });
    expect((await dataset.get(3)).image.width).toBe(8);
    await expect(dataset.get(2)).rejects.toMatchObject({ code: "bad-file", message: expect.stringMatching(/empty/) });
    const list = await openPictures(photos(join(folder, "notes.txt")), options);
    expect(list.length).toBe(2);
    await expect(list.get(1)).rejects.toMatchObject({ code: "not-found" });
  });

  it("are kept no larger than the view needs, and never enlarged", async () => {
    const folder = await folderOf({
      "a.jpg": await photo(640, 480),
      "b.jpg": await photo(640, 120),
      "c.jpg": await photo(9, 7),
    });
    const dataset = await openPictures(photos(folder), options);
    const sizes = await Promise.all([0, 1, 2].map(async (i) => (await dataset.get(i)).image));
    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [32, 24],
      [128, 24],
      [9, 7],
    ]);
  });

  it("of more pixels than allowed are refused before they are decoded", async () => {
    const folder = await folderOf({ "a.jpg": await photo(40, 30) });
    const dataset = await openPictures(photos(folder), { ...options, maxPixels: 1000 });
    await expect(dataset.get(0)).rejects.toMatchObject({ code: "too-large", message: expect.stringMatching(/a\.jpg/) });
  });

  it("cannot be URLs, cannot be nothing, and have no targets", async () => {
    const folder = await folderOf({ "list.txt": "https://example.org/a.jpg\n", "none/readme": "x" });
    await expect(openPictures(photos(join(folder, "list.txt")), options)).rejects.toThrow(
      /is a URL; training reads files/,
    );
    const map = await packTar([
      { header: { name: "k.confidence.png", size: 1, type: "file" }, body: Uint8Array.of(1) },
    ]);
    await expect(openPictures(photos(await folderOf({ "label-000000.tar": map })), options)).rejects.toThrow(
      /k\.confidence\.png is a map and no photo.*webdataset/,
    );
    await expect(openPictures(photos(join(folder, "none")), options)).rejects.toThrow(/holds no pictures/);
    await expect(openPictures(photos(join(folder, "nowhere")), options)).rejects.toMatchObject({ code: "not-found" });
    await expect(openPictures(photos(folder), { ...options, withTargets: true })).rejects.toThrow(
      /depth-anything label/,
    );
  });
});

describe("datasets", () => {
  it("come without their truth, or with it when targets are wanted", async () => {
    const procedural: UnlabelledSpec = { type: "procedural", count: 2, seed: 1, width: 24, height: 18 };
    const bare = await (await openPictures(procedural, options)).get(1);
    const full = await (await openPictures(procedural, { ...options, withTargets: true })).get(1);
    expect(bare).not.toHaveProperty("truth");
    expect(full.truth?.data).toHaveLength(24 * 18);
    expect(bare.image).toEqual(full.image);
    const folder = await folderOf({ "rgb/a.jpg": await photo(2, 1), "depth/a.png": grey16(2, [1, 2]) });
    const pairs = await openPictures({ type: "folder", folder, encoding: "millimetres" }, options);
    expect(await pairs.get(0)).not.toHaveProperty("truth");
  });
});
