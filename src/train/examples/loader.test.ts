import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DatasetSpec } from "../../data/open-dataset.node.ts";
import { type Batch, type LoaderOptions, loadBatches } from "./loader.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "depth-loader-"));
  await mkdir(join(folder, "rgb"));
  await mkdir(join(folder, "depth"));
  for (const name of ["a", "b", "c"]) {
    const data = Uint8Array.from({ length: 24 * 18 * 3 }, (_, i) => (i * 7 + name.charCodeAt(0)) % 256);
    await writeFile(join(folder, "rgb", `${name}.png`), encode({ width: 24, height: 18, data, channels: 3 }));
    const codes = data.subarray(0, 24 * 18);
    await writeFile(join(folder, "depth", `${name}.png`), encode({ width: 24, height: 18, data: codes, channels: 1 }));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const procedural: DatasetSpec = { type: "procedural", count: 4, seed: 9, width: 24, height: 18 };

function options(changes: Partial<LoaderOptions> = {}): LoaderOptions {
  return {
    datasets: [
      { spec: { type: "nyuv2-train", folder }, weight: 0.5 },
      { spec: procedural, weight: 0.5 },
    ],
    batchSize: 2,
    sizes: [{ width: 16, height: 12 }],
    seed: 3,
    endStep: 6,
    ...changes,
  };
}

async function collect(changes: Partial<LoaderOptions> = {}): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loadBatches(options(changes))) batches.push(batch);
  return batches;
}

describe("loadBatches", () => {
  it("numbers do not depend on workers, cache or prefetch, and a resumed run goes on with the same", async () => {
    const [whole, spread, resumed] = await Promise.all([
      collect(),
      collect({ workers: 2, cacheBytes: 0, prefetch: 0 }),
      collect({ startStep: 4 }),
    ]);
    expect(whole.map((batch) => batch.step)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(spread).toEqual(whole);
    expect(resumed).toEqual(whole.slice(4));
    const [first, second] = whole;
    expect(first?.pixels).toHaveLength(2 * 3 * 16 * 12);
    expect(first?.target).toHaveLength(2 * 16 * 12);
    expect(first?.pixels).not.toEqual(second?.pixels);
    expect(new Set(whole.flatMap((batch) => batch.sources)).size).toBe(7);
  });

  it("sizes take turns by the number of the step", async () => {
    const sizes = [
      { width: 16, height: 12 },
      { width: 8, height: 8, weights: [0, 1] },
      { width: 8, height: 10 },
    ];
    const [whole, resumed] = await Promise.all([collect({ sizes }), collect({ sizes, startStep: 4 })]);
    expect(whole.map(({ target }) => target.length / 2)).toEqual([192, 64, 80, 192, 64, 80]);
    expect(whole.map(({ pixels, mask }) => pixels.length === 3 * mask.length)).not.toContain(false);
    expect(resumed).toEqual(whole.slice(4));
    const areProcedural = whole.map(({ sources }) => sources.every((source) => source.startsWith("procedural")));
    expect(areProcedural).toEqual([false, true, false, false, true, false]);
    const wrong = collect({ sizes: [{ width: 16, height: 0 }] });
    await expect(wrong).rejects.toThrow("height must be a positive integer, got 0");
    const unweighted = collect({ sizes: [{ width: 16, height: 12, weights: [0, 0] }] });
    await expect(unweighted).rejects.toThrow("no dataset has a weight above 0");
  });

  it("a file that cannot be used stops the run with its name", async () => {
    const bad = join(folder, "bad");
    await mkdir(join(bad, "rgb"), { recursive: true });
    await mkdir(join(bad, "depth"));
    await writeFile(join(bad, "rgb", "x.png"), encode({ width: 2, height: 2, data: new Uint8Array(12), channels: 3 }));
    await writeFile(join(bad, "depth", "x.png"), "not a picture");
    const datasets = [{ spec: { type: "nyuv2-train", folder: bad } as const, weight: 1 }];
    await expect(collect({ datasets })).rejects.toMatchObject({
      name: "DepthError",
      code: "bad-file",
      message: expect.stringMatching(/depth.x\.png is not a PNG/),
    });
    await expect(collect({ datasets: [{ spec: { type: "streets", folder: "nowhere" }, weight: 1 }] })).rejects.toThrow(
      /nowhere/,
    );
  });

  it("leaves out pairs whose truth is damaged or of another size, and a picture whose truth is all unknown stays", async () => {
    const mixed = join(folder, "mixed");
    await mkdir(join(mixed, "rgb"), { recursive: true });
    await mkdir(join(mixed, "depth"));
    const codes = (width: number, code: number) =>
      encode({ width, height: 18, data: new Uint16Array(width * 18).fill(code), channels: 1, depth: 16 });
    const truths = { good: undefined, unknown: codes(24, 0), size: codes(23, 7), text: "no picture" };
    const ramp = Uint16Array.from({ length: 24 * 18 }, (_, i) => 500 + i);
    for (const [name, truth] of Object.entries(truths)) {
      const data = new Uint8Array(24 * 18 * 3).fill(90);
      await writeFile(join(mixed, "rgb", `${name}.png`), encode({ width: 24, height: 18, data, channels: 3 }));
      const good = encode({ width: 24, height: 18, data: ramp, channels: 1, depth: 16 });
      await writeFile(join(mixed, "depth", `${name}.png`), truth ?? good);
    }
    const datasets = [{ spec: { type: "folder", folder: mixed, encoding: "millimetres" } as const }];
    const batches = await collect({ datasets });
    const reasons = new Set(batches.flatMap(({ skipped }) => skipped.map(({ reason }) => reason)));
    expect([...reasons].sort()).toEqual([
      expect.stringMatching(/size\.png does not fit its picture: expected 24x18, 16 bits, got 23x18/),
      expect.stringMatching(/text\.png is not a PNG/),
    ]);
    for (const { sources, mask, target } of batches)
      for (const [slot, source] of sources.entries()) {
        const known = mask.subarray(slot * 192, (slot + 1) * 192);
        expect(source).toMatch(/(good|unknown)\.png$/);
        expect(known.every((value) => value === (source.endsWith("good.png") ? 1 : 0))).toBe(true);
        expect(target.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
  });

  it("an abort ends the wait", async () => {
    const abort = new AbortController();
    const batches = loadBatches(options({ endStep: 1000, signal: abort.signal }));
    await batches.next();
    abort.abort();
    await expect(
      (async () => {
        for await (const batch of batches) if (batch.step > 100) break;
      })(),
    ).rejects.toMatchObject({ code: "aborted" });
    await expect(collect({ signal: abort.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("leaving the loop stops the workers", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    for await (const batch of loadBatches(options({ endStep: 1000 }))) if (batch.step === 1) break;
    expect(process.getActiveResourcesInfo().filter((name) => name === "MessagePort")).toHaveLength(before);
  });

  it.each<[Partial<LoaderOptions>, RegExp]>([
    [{ datasets: [] }, /no dataset has a weight above 0/],
    [
      {
        datasets: [
          { spec: procedural, weight: -1 },
          { spec: procedural, weight: 1 },
        ],
      },
      /0 or more/,
    ],
    [{ batchSize: 0 }, /batchSize must be a positive integer, got 0/],
    [{ workers: 0 }, /workers must be a positive integer, got 0/],
    [{ maxBadShare: 2 }, /maxBadShare must lie in 0..1, got 2/],
    [{ sizes: [{ width: 16.5, height: 12 }] }, /width must be a positive integer, got 16.5/],
    [{ augment: { scale: [0, 1] } }, /scale must be 0 < low <= high <= 1, got 0 to 1/],
    [{ augment: { aspect: 0.5 } }, /aspect must be 1 or more, got 0.5/],
    [{ startStep: -1 }, /startStep must be 0 or more, got -1/],
  ])("refuses %o", async (changes, message) => {
    await expect(collect(changes)).rejects.toThrow(message);
  });
});
