import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildNano } from "../../src/models/nano.ts";
import { initialiseParameters } from "../../src/train/network/initialise.ts";
import { readCheckpoint } from "../../src/train/run/checkpoint.node.ts";
import { encodeSafetensors } from "../../src/weights/safetensors.ts";
import { startCli } from "../support/run-cli.ts";
import { TINY_RUN } from "../support/training.ts";
import { photo, writtenFolders } from "../support/written-folders.ts";

const folderOf = writtenFolders();
const tiny = (steps: number) =>
  JSON.stringify({
    ...TINY_RUN,
    ...{ sampleEvery: 1, teacher: { ...TINY_RUN.teacher, steps }, student: { ...TINY_RUN.student, steps } },
  });
const inFolder =
  (folder: string) =>
  (...args: string[]) =>
    startCli(folder, [...args]).outcome;
const linesOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("depth-anything train", () => {
  it("trains both stages from one file, goes on without it, and its model can be used", async () => {
    const folder = await folderOf({ "train.json": tiny(1), "photo.png": await photo(96, 64) });
    const run = inFolder(folder);
    const first = await run("train", "--config", "train.json", "--out", "run", "--json", "--threads", "1");
    expect([first.exitCode, first.stderr]).toEqual([0, ""]);
    expect(linesOf(first.stdout)).toMatchObject(
      ["teacher", "student"].flatMap((stage) => [
        { stage, kind: "step", step: 1 },
        { stage, kind: "validation", step: 1, dataset: "procedural" },
        { stage, model: join("run", stage, "model.safetensors"), steps: 1, best: { step: 1 } },
      ]),
    );
    for (const file of ["last.safetensors", "best.safetensors", "metrics.jsonl", "samples/1.png"])
      for (const stage of ["teacher", "student"]) expect(existsSync(join(folder, "run", stage, file))).toBe(true);
    const again = await run("train", "--out", "run", "--threads", "1");
    expect([again.exitCode, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^teacher: 1 steps -> run.teacher.model.safetensors .*\nstudent: 1 steps -> .*\n$/),
    ]);
    const used = await run("photo.png", "--out", "trained.npy", "--weights", "run/student/model.safetensors");
    expect([used.exitCode, used.stdout]).toEqual([0, "photo.png -> trained.npy\n"]);
  });

  it("trains one stage at a time", async () => {
    const folder = await folderOf({ "train.json": tiny(2) });
    const run = inFolder(folder);
    const args = ["--config", "train.json", "--steps", "1", "--threads", "1"];
    const early = await run("train", "student", ...args, "--out", "run");
    expect([early.exitCode, early.stderr]).toEqual([1, expect.stringContaining("Cannot open the weights")]);
    const teacher = await run("train", "teacher", ...args, "--out", "run");
    expect([teacher.exitCode, teacher.stdout]).toEqual([0, expect.stringMatching(/^teacher: 1 steps/)]);
    const student = await run(
      "train",
      "student",
      ...args,
      "--out",
      "elsewhere",
      "--teacher",
      "run/teacher/best.safetensors",
    );
    expect([student.exitCode, student.stdout]).toEqual([0, expect.stringMatching(/^student: 1 steps/)]);
  });

  it("stops at Ctrl-C with a checkpoint that it goes on from", async () => {
    const folder = await folderOf({ "long.json": tiny(100_000) });
    const args = ["train", "teacher", "--config", "long.json", "--out", "long", "--json", "--threads", "1"];
    const { child, outcome } = startCli(folder, args);
    child.stdout?.once("data", () => child.kill("SIGINT"));
    const { exitCode, stdout, stderr } = await outcome;
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining("The same command goes on from here")]);
    const { step } = linesOf(stdout).at(-1) as { step: number };
    expect((await readCheckpoint(join(folder, "long/teacher/last.safetensors"))).step).toBe(step);
    expect(await readFile(join(folder, "long/teacher/run.html"), "utf8")).toContain("stopped");
  });

  it("says what is wrong", async () => {
    const folder = await folderOf({
      "old.json": '{"model":"nano"}',
      "text.json": "text",
      "wrong.json": tiny(1).replace('"type":"procedural"', '"type":"nyu"'),
      "typo.json": tiny(1).replace('"steps"', '"step"'),
    });
    const run = inFolder(folder);
    for (const [args, message] of [
      [[], /There is no run in runs.train to go on with/],
      [["--config", "old.json"], /old.json is not a training configuration:[\s\S]*Unrecognized key: "model"/],
      [["--config", "text.json"], /Cannot read the configuration text.json/],
      [["--config", "wrong.json"], /Invalid (option|discriminator|input)[\s\S]*labelled\[0\]\.spec/],
      [["--config", "typo.json"], /Unrecognized key: "step"/],
      [["--config", "old.json", "--demo"], /either --config or --demo/],
      [["fine-tune", "--model", "nano"], /no run in runs.fine-tune to go on with/],
      [["fine-tune", "--model", "none", "--data", "procedural"], /There is no model "none"/],
    ] as const) {
      const { exitCode, stderr } = await run("train", ...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });
});

it("fine-tunes a model on a folder of labelled pictures", async () => {
  const weights = encodeSafetensors(initialiseParameters(buildNano(), new Map(), 1));
  const folder = await folderOf({ "nano.safetensors": weights });
  const run = inFolder(folder);
  const args = ["--model", "nano", "--weights", "nano.safetensors", "--data", "procedural", "--scenes", "4"];
  const sized = [
    ...args,
    "--size",
    "70x32",
    "--steps",
    "2",
    "--batch",
    "2",
    "--validate",
    "procedural",
    "--threads",
    "1",
  ];
  const { exitCode, stdout, stderr } = await run("train", "fine-tune", ...sized, "--out", "mine");
  expect([exitCode, stderr, stdout]).toEqual([
    0,
    "",
    expect.stringMatching(/^fine-tune: 2 steps -> mine.model.safetensors \(best delta1 0\.\d+ at step 2\)\n$/),
  ]);
  const { config } = await readCheckpoint(join(folder, "mine/last.safetensors"));
  expect(config).toMatchObject({ width: 64, height: 32, teacher: { accumulate: 2, encoder: "nano.safetensors" } });
  expect((await stat(join(folder, "mine/model.safetensors"))).size).toBeGreaterThan(4e6);
});
