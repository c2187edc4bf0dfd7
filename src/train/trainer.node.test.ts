import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCheckpoint, type TrainState } from "./checkpoint.node.ts";
import { parseTrainConfig } from "./train-config.ts";
import { type StepMetrics, train } from "./trainer.node.ts";

const config = parseTrainConfig(
  {
    model: "nano",
    datasets: [{ spec: { type: "procedural", count: 8, seed: 3, width: 96, height: 96 }, weight: 1 }],
    ...{ width: 64, height: 64, batchSize: 2, steps: 6, seed: 5, averageDecay: 0.9, gradientLossWeight: 0.5 },
    learningRate: { encoder: 1e-3, decoder: 1e-3 },
  },
  "test",
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "train-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A fingerprint of every number of a state, by name. */
const numbers = ({ parameters, moments, averages }: TrainState) =>
  [...parameters.keys()].sort().map((name) => {
    const hash = createHash("sha256");
    for (const data of [
      parameters.get(name)?.data,
      moments.get(name)?.mean,
      moments.get(name)?.square,
      averages.get(name),
    ])
      if (data) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return `${name} ${hash.digest("hex")}`;
  });
const metricsOf = async (run: string): Promise<StepMetrics[]> =>
  (await readFile(join(folder, run, "metrics.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as StepMetrics);

describe("train", () => {
  test("goes on after a stop with the same numbers, bit by bit", async () => {
    const whole = await train(config, { folder: join(folder, "whole") });
    await train(config, { folder: join(folder, "parts"), stopAfter: 3 });
    const resumed = await train(config, { folder: join(folder, "parts") });
    expect(resumed.step).toBe(6);
    expect(numbers(resumed)).toEqual(numbers(whole));
    const losses = async (run: string) => (await metricsOf(run)).map(({ step, loss }) => [step, loss]);
    expect(await losses("parts")).toEqual(await losses("whole"));
  });

  test("a checkpoint keeps everything", async () => {
    const state = await readCheckpoint(join(folder, "whole", "last.safetensors"));
    expect(state.config).toEqual(config);
    expect(state.step).toBe(6);
    expect(state.moments.size).toBe(state.parameters.size);
  });

  test("learns: the loss on a handful of scenes falls", async () => {
    const long = { ...config, steps: 60, augment: { scale: [1, 1] as [number, number], colour: 0 } };
    await train(long, { folder: join(folder, "long") });
    const losses = (await metricsOf("long")).map(({ affineLoss }) => affineLoss);
    const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.75 * mean(losses.slice(0, 10)));
  });

  test("frozen parameters keep their values", async () => {
    const frozen = { ...config, steps: 1, freeze: ["encoder.stem."] };
    const state = await train(frozen, { folder: join(folder, "frozen") });
    const start = await train({ ...frozen, steps: 1 }, { folder: join(folder, "start"), stopAfter: 0 });
    const stem = "encoder.stem.conv.weight";
    expect(state.parameters.get(stem)).toEqual(start.parameters.get(stem));
    expect(state.parameters.get("decoder.projects.0.weight")).not.toEqual(
      start.parameters.get("decoder.projects.0.weight"),
    );
  });

  test("refuses to go on with another configuration", async () => {
    await expect(train({ ...config, seed: 6 }, { folder: join(folder, "whole") })).rejects.toMatchObject({
      code: "bad-argument",
      message: expect.stringContaining("another configuration"),
    });
  });

  test("stops with a checkpoint when aborted", async () => {
    const controller = new AbortController();
    const run = train(config, {
      folder: join(folder, "aborted"),
      signal: controller.signal,
      onProgress: ({ step }) => step === 2 && controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect((await readCheckpoint(join(folder, "aborted", "last.safetensors"))).step).toBe(2);
  });

  test("a file that is no checkpoint is refused by name", async () => {
    const path = join(folder, "other.safetensors");
    await writeFile(path, "text");
    await expect(readCheckpoint(path)).rejects.toMatchObject({
      code: "bad-file",
      message: expect.stringContaining(path),
    });
    await expect(readCheckpoint(join(folder, "none"))).rejects.toMatchObject({ code: "not-found" });
  });
});
