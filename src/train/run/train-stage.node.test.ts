import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tinyRun } from "../../../test/support/training.ts";
import { loadModel } from "../../depth/load-model.node.ts";
import type { StageName, TrainConfig } from "../config/train-config.ts";
import type { RunRecord, StepRecord } from "../watch/records.ts";
import { readCheckpoint, type TrainState } from "./checkpoint.node.ts";
import { type StageOptions, trainStage } from "./train-stage.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "train-"));
});
afterAll(() => rm(folder, { recursive: true }));

const path = (...parts: string[]) => join(folder, ...parts);
const teacherFile = () => path("teacher", "model.safetensors");
const run = (config: TrainConfig, stage: StageName, name: string, options: Partial<StageOptions> = {}) =>
  trainStage(config, stage, { folder: path(name), teacher: teacherFile(), ...options });

/** A fingerprint of every number of a state, by name. */
const numbers = ({ parameters, moments, averages }: TrainState) =>
  [...parameters.keys()].sort().map((name) => {
    const hash = createHash("sha256");
    const { mean, square } = moments.get(name) ?? {};
    for (const data of [parameters.get(name)?.data, mean, square, averages.get(name)])
      if (data) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return `${name} ${hash.digest("hex")}`;
  });
const recordsOf = async (name: string): Promise<RunRecord[]> =>
  (await readFile(path(name, "metrics.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunRecord);
/** What of the records does not hang on the clock. */
const timeless = async (name: string) => (await recordsOf(name)).map((record) => ({ ...record, timeMs: 0, waitMs: 0 }));

describe("a teacher", () => {
  const config = tinyRun();

  test("learns, is scored and leaves a model that can be used", async () => {
    const state = await run(config, "teacher", "teacher");
    expect(state.step).toBe(6);
    const records = await recordsOf("teacher");
    expect(records.map(({ kind, step }) => `${kind} ${step}`).join(", ")).toBe(
      "step 1, step 2, step 3, validation 3, step 4, step 5, step 6, validation 6",
    );
    expect(records[3]).toMatchObject({ dataset: "procedural", pictures: 2, metrics: { delta1: expect.any(Number) } });
    expect((records[0] as StepRecord).losses).toMatchObject({
      labelled: expect.any(Number),
      "labelled.gradientMatching": expect.any(Number),
    });
    for (const file of ["model.safetensors", "best.safetensors"]) {
      const model = await loadModel("nano", { weights: path("teacher", file) });
      expect((await model.forward(new Float32Array(3 * 32 * 64), [1, 3, 32, 64])).dims).toEqual([1, 32, 64]);
      await model.dispose();
    }
  });

  test("goes on after a stop with the same numbers, bit by bit", async () => {
    for (const stopAfter of [1, 2, 3, 6]) await run(config, "teacher", "parts", { stopAfter });
    const [parts, whole] = await Promise.all(
      ["parts", "teacher"].map((name) => readCheckpoint(path(name, "last.safetensors"))),
    );
    expect(numbers(parts as TrainState)).toEqual(numbers(whole as TrainState));
    expect(parts?.best).toEqual(whole?.best);
    expect(await timeless("parts")).toEqual(await timeless("teacher"));
  });

  test("learns: the loss on a handful of scenes falls", async () => {
    const long = tinyRun({ validation: [] }, { teacher: { steps: 60, augment: { flip: false } } });
    await run(long, "teacher", "long");
    const losses = ((await recordsOf("long")) as StepRecord[]).map(
      (record) => record.losses["labelled.affineInvariant"] ?? 0,
    );
    const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.75 * mean(losses.slice(0, 10)));
  });

  test("accumulated batches are as good as one large one", async () => {
    const settings = { steps: 1, augment: { flip: false }, averageDecay: 0 };
    const large = await run(
      tinyRun({ validation: [] }, { teacher: { ...settings, batchSize: 4 } }),
      "teacher",
      "large",
    );
    const small = tinyRun({ validation: [] }, { teacher: { ...settings, batchSize: 1, accumulate: 4 } });
    const parts = await run(small, "teacher", "small");
    expect((await recordsOf("small")).map((record) => (record as StepRecord).images)).toEqual([4]);
    const [a, b] = (await Promise.all(["large", "small"].map(recordsOf))).map(([first]) => first as StepRecord);
    expect(b?.losses.total).toBeCloseTo(a?.losses.total ?? 0, 5);
    expect((b?.gradientNorm ?? 0) / (a?.gradientNorm ?? 1)).toBeCloseTo(1, 4);
    // After one step the optimiser's first moment is the clipped gradient over ten.
    for (const [name, { mean }] of large.moments) {
      const other = parts.moments.get(name)?.mean as Float32Array;
      const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
      expect(largest(mean.map((value, i) => value - (other[i] as number))) / largest(mean)).toBeLessThan(1e-3);
    }
  });

  test("frozen parameters keep their values", async () => {
    const frozen = tinyRun({ validation: [] }, { teacher: { steps: 1, freeze: ["encoder.stem."] } });
    const start = await run(frozen, "teacher", "start", { stopAfter: 0 });
    const before = numbers(start);
    const after = numbers(await run(frozen, "teacher", "frozen"));
    const same = after.filter((line) => before.includes(line)).map((line) => line.split(" ")[0]);
    expect(same).toEqual(["encoder.stem.conv.bias", "encoder.stem.conv.weight"]);
  });
});

describe("a student", () => {
  test("learns from the teacher, and goes on with the same numbers", async () => {
    const config = tinyRun();
    const whole = await run(config, "student", "student");
    for (const stopAfter of [1, 4, 6]) await run(config, "student", "student-parts", { stopAfter });
    expect(numbers(await readCheckpoint(path("student-parts", "last.safetensors")))).toEqual(numbers(whole));
    expect(await timeless("student-parts")).toEqual(await timeless("student"));
    const [first, second] = (await recordsOf("student")) as StepRecord[];
    expect(Object.keys(first?.losses ?? {})).toEqual(["labelled", "unlabelled", "alignment", "total"]);
    // It begins at the frozen encoder itself, and leaves it.
    expect(first?.losses.alignment).toBe(0);
    expect(second?.losses.alignment).toBeGreaterThanOrEqual(0);
    const { labelled = 0, unlabelled = 0, alignment = 0, total } = second?.losses ?? {};
    expect(total).toBeCloseTo((labelled + unlabelled + alignment) / 3, 5);
  });

  test("the rows of the paper's ablation are configurations", async () => {
    const plain = { perturbation: { colour: 0, blur: 0 }, cutMix: 0, alignment: { weight: 0 } };
    const rows = {
      labelled: { unlabelledBatch: 0, alignment: { weight: 0 } },
      plain,
      strong: { alignment: { weight: 0 } },
      all: {},
    };
    const terms: Record<string, string> = {};
    for (const [name, student] of Object.entries(rows)) {
      await run(tinyRun({ validation: [] }, { student: { steps: 1, ...student } }), "student", `row-${name}`);
      terms[name] = Object.keys(((await recordsOf(`row-${name}`))[0] as StepRecord).losses).join(" ");
    }
    expect(terms).toEqual({
      labelled: "labelled total",
      plain: "labelled unlabelled total",
      strong: "labelled unlabelled total",
      all: "labelled unlabelled alignment total",
    });
  });

  test("labels may come from files, and then no teacher is needed", async () => {
    const config = tinyRun({ validation: [] }, { student: { labels: "files", steps: 2 } });
    await trainStage(config, "student", { folder: path("files") });
    expect(existsSync(path("files", "model.safetensors"))).toBe(true);
  });

  test("says what it lacks", async () => {
    const without = (changes: object) => trainStage({ ...tinyRun(), ...changes }, "student", { folder: path("lacks") });
    await expect(without({})).rejects.toThrow("give the teacher's weights");
    await expect(without({ unlabelled: undefined })).rejects.toThrow("add `unlabelled`");
    await expect(without({ teacher: undefined })).rejects.toThrow("describes no teacher");
    await expect(without({ width: 50 })).rejects.toThrow("multiples of 32; the width is 50");
    const none = tinyRun({}, { student: { labelledBatch: 0, unlabelledBatch: 0 } });
    await expect(run(none, "student", "lacks")).rejects.toThrow("batches of no pictures");
  });

  test("refuses to go on under another teacher", async () => {
    const config = tinyRun({ validation: [] });
    const other = await run(tinyRun({ validation: [], seed: 77 }, { teacher: { steps: 1 } }), "teacher", "other");
    expect(other.step).toBe(1);
    await run(config, "student", "two-teachers", { stopAfter: 1 });
    await expect(
      run(config, "student", "two-teachers", { teacher: path("other", "model.safetensors") }),
    ).rejects.toMatchObject({ code: "bad-argument", message: expect.stringContaining("other weights as its teacher") });
  });
});

describe("pictures of several sizes", () => {
  const sizes = [
    { width: 64, height: 32 },
    { width: 32, height: 64 },
  ];
  const config = tinyRun({ validation: [], sampleEvery: 2 }, { student: { steps: 3, sizes } });

  test("take turns, also for a teacher trained at one of them, and a run goes on with the same numbers", async () => {
    const whole = await run(config, "student", "sizes");
    for (const stopAfter of [1, 3]) await run(config, "student", "sizes-parts", { stopAfter });
    expect(numbers(await readCheckpoint(path("sizes-parts", "last.safetensors")))).toEqual(numbers(whole));
    const one = tinyRun({ validation: [] }, { student: { steps: 3 } });
    const other = await run(one, "student", "one-size");
    expect(numbers(other)).not.toEqual(numbers(whole));
    // Both begin with a step of the same size.
    const losses = async (name: string) => ((await recordsOf(name)) as StepRecord[]).map(({ losses }) => losses.total);
    const [several, alike] = [await losses("sizes"), await losses("one-size")];
    expect(several[0]).toBe(alike[0]);
    expect(several[1]).not.toBe(alike[1]);
  });

  test("are refused beside a single size, and when the network cannot take one", async () => {
    const start = (student: object) => run(tinyRun({}, { student }), "student", "lacks");
    await expect(start({ sizes, width: 64 })).rejects.toThrow("either `sizes` or `width` and `height`");
    await expect(start({ sizes: [...sizes, { width: 64, height: 40 }] })).rejects.toThrow("32; the height is 40");
    const weighted = [{ width: 64, height: 32, weights: [1, 1] }];
    await expect(start({ sizes: weighted })).rejects.toThrow("2 weights; expected one for each of the 1 labelled");
  });
});

describe("a run that cannot go on", () => {
  test("is refused with another configuration, but not for another number of threads", async () => {
    const other = run(tinyRun({ seed: 6 }), "teacher", "teacher");
    await expect(other).rejects.toMatchObject({
      code: "bad-argument",
      message: expect.stringContaining("another configuration"),
    });
    expect((await run(tinyRun({ workers: 2, checkpointEvery: 1 }), "teacher", "teacher")).step).toBe(6);
  });

  test("stops with a checkpoint when aborted", async () => {
    const controller = new AbortController();
    const aborted = run(tinyRun(), "teacher", "aborted", {
      signal: controller.signal,
      onProgress: ({ record }) => record.step === 1 && controller.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
    expect((await readCheckpoint(path("aborted", "last.safetensors"))).step).toBe(1);
  });

  test("keeps the batch that made a number infinite", async () => {
    const sizes = [
      { width: 64, height: 32 },
      { width: 32, height: 96 },
    ];
    const learningRate = { encoder: 1e30, decoder: 1e30 };
    const config = tinyRun({ validation: [] }, { teacher: { learningRate, sizes } });
    const failed = run(config, "teacher", "infinite");
    await expect(failed).rejects.toMatchObject({
      code: "bad-state",
      message: expect.stringMatching(/^Step 2 of the teacher failed: .*nan-batch\.safetensors \(pictures procedural/),
    });
    const { parseSafetensors } = await import("../../weights/safetensors.ts");
    const { tensors, metadata } = parseSafetensors(await readFile(path("infinite", "nan-batch.safetensors")), "batch");
    expect(tensors.get("labelled.pixels")?.dims).toEqual([2, 3, 96, 32]);
    expect(tensors.get("labelled.target")?.dims).toEqual([2, 96, 32]);
    expect(JSON.parse(metadata.sources ?? "")).toHaveLength(2);
  });

  test("tells what is wrong with a file that is no checkpoint", async () => {
    const file = path("other.safetensors");
    await writeFile(file, "text");
    await expect(readCheckpoint(file)).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringContaining(file),
    });
    await expect(readCheckpoint(path("none"))).rejects.toMatchObject({ code: "not-found" });
    await expect(readCheckpoint(teacherFile())).rejects.toThrow("is a weight file, not a training checkpoint");
  });

  test("tells of a checkpoint whose notes or tensors are damaged", async () => {
    const file = path("teacher", "last.safetensors");
    const whole = await readFile(file);
    const damage = async (from: string, to: string): Promise<string> => {
      const text = whole.toString("latin1");
      expect(text).toContain(from);
      await writeFile(path("damaged.safetensors"), Buffer.from(text.replace(from, to.padEnd(from.length)), "latin1"));
      return path("damaged.safetensors");
    };
    for (const [from, to, message] of [
      ['{\\"stage\\":', "oops ", /damaged.safetensors is damaged: its notes are not JSON/],
      ['\\"step\\":6', '\\"step\\":x', /its notes are not JSON/],
      ['\\"step\\":6', '\\"stop\\":6', /not those of a checkpoint:[\s\S]*step/],
      [
        '"optimizer.square.encoder.stem.conv.bias"',
        '"optimizer.squash.encoder.stem.conv.bias"',
        /optimizer.square.encoder.stem.conv.bias" is missing/,
      ],
    ] as const)
      await expect(readCheckpoint(await damage(from, to))).rejects.toMatchObject({
        code: "bad-file",
        message: expect.stringMatching(message),
      });
    await writeFile(path("damaged.safetensors"), whole.subarray(0, whole.length - 9));
    await expect(readCheckpoint(path("damaged.safetensors"))).rejects.toMatchObject({ code: "bad-file" });
  });
});
