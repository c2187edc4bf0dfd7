import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readMetrics } from "./read-metrics.node.ts";
import type { RunRecord, StepRecord, ValidationRecord } from "./records.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metrics-"));
});
afterAll(() => rm(folder, { recursive: true }));

const step = (number: number, total = 1): StepRecord => ({
  ...{ kind: "step", step: number, losses: { total }, gradientNorm: 1, learningRate: { encoder: 1, decoder: 2 } },
  ...{ timeMs: 3, waitMs: 0, images: 4 },
});
const scores = (number: number, absRel: number, dataset = "a"): ValidationRecord => ({
  ...{ kind: "validation", step: number, dataset, metrics: { absRel }, pictures: 5 },
});

async function read(text: string) {
  const path = join(folder, "metrics.jsonl");
  await writeFile(path, text);
  return readMetrics(path);
}
const lines = (records: readonly RunRecord[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

it("reads both kinds in order", async () => {
  const records = [step(1), step(2), scores(2, 0.5), scores(2, 0.6, "b"), step(3)];
  expect(await read(lines(records))).toEqual({
    ...{ steps: [step(1), step(2), step(3)], validations: [scores(2, 0.5), scores(2, 0.6, "b")], unreadableLines: 0 },
  });
});

it("reads the same up to the last whole line wherever the file is cut", async () => {
  const whole = lines([step(1), scores(1, 0.5), step(2)]);
  for (let length = 0; length < whole.length; length++) {
    const found = await read(whole.slice(0, length));
    const complete = whole.slice(0, length + 1).split("\n").length - 1; // a line without its line feed counts
    expect(found.unreadableLines).toBe(0);
    expect(found.steps.length + found.validations.length).toBe(complete);
  }
});

it("counts lines in the middle that are no records", async () => {
  const wrong = [
    "{",
    "null",
    "[]",
    '"step"',
    '{"kind":"step","step":2}',
    '{"kind":"validation","step":2}',
    '{"step":0}',
  ];
  const found = await read(`${lines([step(1)])}${wrong.join("\n")}\n\n${lines([step(2)])}`);
  expect(found).toEqual({ steps: [step(1), step(2)], validations: [], unreadableLines: wrong.length });
});

it("takes steps that were done again as they were done last", async () => {
  const first = [step(1), step(2), step(3), scores(3, 0.9), step(4)];
  const again = [step(3, 7), scores(3, 0.8), step(4, 8)];
  expect(await read(lines([...first, ...again]))).toEqual({
    ...{ steps: [step(1), step(2), step(3, 7), step(4, 8)], validations: [scores(3, 0.8)], unreadableLines: 0 },
  });
});

it("has nothing without a file, and says what cannot be read", async () => {
  expect(await readMetrics(join(folder, "none.jsonl"))).toEqual({ steps: [], validations: [], unreadableLines: 0 });
  await mkdir(join(folder, "folder.jsonl"));
  await expect(readMetrics(join(folder, "folder.jsonl"))).rejects.toMatchObject({ code: "io" });
});
