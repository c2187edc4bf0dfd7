import { encode } from "fast-png";
import { packTar } from "modern-tar";
import { beforeAll, describe, expect, it } from "vitest";
import { grey8, writtenFolders } from "../../../test/support/written-folders.ts";
import { encodeNpy } from "../../output/npy.ts";
import { loadBatches, loadUnlabelled, type UnlabelledBatch, type UnlabelledOptions } from "./loader.ts";

const folderOf = writtenFolders();
const sizes = [{ width: 16, height: 12 }];
let photos: string;

/** A picture of noise that differs from name to name. */
const picture = (name: string, width = 40, height = 30): Uint8Array =>
  encode({
    ...{ width, height, channels: 3 },
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31 + name.charCodeAt(0) * 7) % 251),
  });

beforeAll(async () => {
  const names = ["a", "b", "c", "d", "e"];
  photos = await folderOf(Object.fromEntries(names.map((name) => [`${name}.png`, picture(name)])));
});

function options(changes: Partial<UnlabelledOptions> = {}): UnlabelledOptions {
  return {
    datasets: [
      { spec: { type: "photos", folder: photos }, weight: 2 },
      { spec: { type: "procedural", count: 3, seed: 1, width: 24, height: 18 }, weight: 1 },
    ],
    ...{ batchSize: 3, sizes, seed: 3, endStep: 5 },
    ...changes,
  };
}

async function collect(changes: Partial<UnlabelledOptions> = {}): Promise<UnlabelledBatch[]> {
  const batches: UnlabelledBatch[] = [];
  for await (const batch of loadUnlabelled(options(changes))) batches.push(batch);
  return batches;
}

describe("loadUnlabelled", () => {
  it("numbers do not depend on workers, cache or prefetch, and a resumed run goes on with the same", async () => {
    const [whole, spread, resumed] = await Promise.all([
      collect(),
      collect({ workers: 2, cacheBytes: 0, prefetch: 0 }),
      collect({ startStep: 3 }),
    ]);
    expect(whole.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    expect(spread).toEqual(whole);
    expect(resumed).toEqual(whole.slice(3));
    const [first] = whole;
    expect(Object.keys(first ?? {}).sort()).toEqual(["clean", "skipped", "sources", "step", "strong"]);
    expect(first?.clean).toHaveLength(3 * 3 * 16 * 12);
    expect(first?.strong).toHaveLength(3 * 3 * 16 * 12);
    expect(first?.strong).not.toEqual(first?.clean);
    expect(first?.sources.filter((source) => source.startsWith(photos))).toHaveLength(2);
  });

  it("draws by the number of pictures when no weights are given", async () => {
    const datasets = options().datasets.map(({ spec }) => ({ spec }));
    const sources = (await collect({ datasets, batchSize: 8, endStep: 2 })).flatMap((batch) => batch.sources);
    expect(sources.filter((source) => source.startsWith(photos))).toHaveLength(10);
  });

  it("draws other numbers than the labelled loader of the same seed", async () => {
    const spec = { type: "procedural", count: 40, seed: 1, width: 24, height: 18 } as const;
    const shared = { datasets: [{ spec }], sizes, batchSize: 20, seed: 3, endStep: 1 };
    const labelled = await loadBatches(shared).next();
    const unlabelled = await loadUnlabelled(shared).next();
    expect(unlabelled.value?.sources).not.toEqual(labelled.value?.sources);
  });

  it("takes targets from shards of `label`, and leaves out what their confidence doubts", async () => {
    const [width, height] = [24, 18];
    const ramp = Float32Array.from({ length: width * height }, (_, i) => i % width); // 0 is the farthest, not unknown
    const files = {
      "k.png": picture("k", width, height),
      "k.disparity.npy": encodeNpy({ dims: [height, width], data: ramp }),
      "k.confidence.png": grey8(
        width,
        Array.from(ramp, (x) => (x < 12 ? 255 : 100)),
      ),
      "k.json": new TextEncoder().encode('{"unit":"relative","scale":1}'),
    };
    const shard = await packTar(
      Object.entries(files).map(([name, body]) => ({
        header: { name, size: body.length, type: "file" as const },
        body,
      })),
    );
    const folder = await folderOf({ "s.tar": shard });
    const load = (minConfidence?: number) =>
      collect({
        datasets: [{ spec: { type: "webdataset", folder, ...(minConfidence && { minConfidence }) } }],
        ...{ sizes: [{ width, height }], view: { flip: false }, withTargets: true, batchSize: 1, endStep: 1 },
      });
    const [all] = await load();
    expect(all?.mask).toEqual(new Float32Array(width * height).fill(1));
    expect(all?.target?.[5]).toBeCloseTo(5 / 23, 6);
    const [sure] = await load(0.5);
    expect(sure?.mask?.subarray(0, 24)).toEqual(Float32Array.from({ length: 24 }, (_, x) => (x < 12 ? 1 : 0)));
    expect(sure?.target?.[5]).toBeCloseTo(5 / 11, 6);
    await expect(collect({ withTargets: true })).rejects.toThrow(/photos without depth/);
  });

  it("leaves bad photos out, says which and why, and puts the same others in their place on every run", async () => {
    const whole = picture("z");
    const folder = await folderOf({
      ...Object.fromEntries(Array.from("abcdefgh", (name) => [`${name}.png`, picture(name)])),
      "empty.jpg": new Uint8Array(),
      "truncated.png": whole.subarray(0, whole.length / 2),
      "huge.png": picture("h", 200, 100),
      "text.jpg": "not a picture",
    });
    const changes = {
      datasets: [{ spec: { type: "photos", folder } as const }],
      ...{ batchSize: 4, endStep: 6, maxBadShare: 0.5, maxPixels: 10_000 },
    };
    const [one, two, late] = await Promise.all([
      collect(changes),
      collect({ ...changes, workers: 3 }),
      collect({ ...changes, startStep: 2 }),
    ]);
    // What libvips says of a damaged file differs when several threads meet one.
    const sayingLess = (batches: readonly UnlabelledBatch[]) =>
      batches.map(({ skipped, ...batch }) => ({ ...batch, skipped: skipped.map(({ source }) => source) }));
    expect(sayingLess(two)).toEqual(sayingLess(one));
    expect(sayingLess(late)).toEqual(sayingLess(one).slice(2));
    const skipped = one.flatMap((batch) => batch.skipped);
    expect(new Set(skipped.map(({ source }) => source.replace(/^.*\//, "")))).toEqual(
      new Set(["empty.jpg", "truncated.png", "huge.png", "text.jpg"]),
    );
    const reasonOf = (name: string) => skipped.find(({ source }) => source.endsWith(name))?.reason;
    expect(reasonOf("empty.jpg")).toMatch(/empty\.jpg cannot be decoded: the file is empty/);
    expect(reasonOf("truncated.png")).toMatch(/truncated\.png cannot be decoded/);
    expect(reasonOf("huge.png")).toMatch(/huge\.png is 200x100 .* limit of 10000/);
    expect(reasonOf("text.jpg")).toMatch(/text\.jpg cannot be decoded/);
    for (const { sources, clean } of one) {
      expect(sources.every((source) => /\/[a-h]\.png$/.test(source))).toBe(true);
      expect(clean.every(Number.isFinite)).toBe(true);
    }
    await expect(collect({ ...changes, maxBadShare: 0 })).rejects.toMatchObject({
      code: expect.stringMatching(/bad-file|too-large/),
    });
  });

  it("stops when more than the allowed share is bad, at the same step whatever the threads", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `${String.fromCharCode(97 + i)}.png`);
    const folder = await folderOf(Object.fromEntries(names.map((name, i) => [name, i < 2 ? "bad" : picture(name)])));
    const stops = async (workers: number) => {
      let delivered = 0;
      const datasets = [{ spec: { type: "photos", folder } as const }];
      const run = async () => {
        for await (const _ of loadUnlabelled(options({ datasets, batchSize: 10, endStep: 100, workers }))) delivered++;
      };
      await expect(run()).rejects.toMatchObject({
        code: "bad-file",
        message: expect.stringMatching(/^1\d of 1\d\d pictures tried .* more than the allowed 5 %.*\.png/),
      });
      return delivered;
    };
    const delivered = await stops(1);
    expect(delivered).toBeGreaterThan(7);
    expect(delivered).toBeLessThan(12);
    expect(await stops(3)).toBe(delivered);
  });

  it("stops at once when the first pictures are all bad", async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${i}.jpg`);
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, "bad"])));
    const datasets = [{ spec: { type: "photos", folder } as const }];
    await expect(collect({ datasets, maxBadShare: 1 })).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringMatching(/^8 pictures, one after the other, could not be used.*jpg cannot be decoded/s),
    });
  });

  it("ends on an abort", async () => {
    const abort = new AbortController();
    const batches = loadUnlabelled(options({ endStep: 1000, signal: abort.signal }));
    await batches.next();
    abort.abort();
    const rest = async () => {
      for await (const { step } of batches) if (step > 100) break;
    };
    await expect(rest()).rejects.toMatchObject({ code: "aborted" });
  });
});
