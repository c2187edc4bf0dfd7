import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCheckpoint } from "../../src/train/run/checkpoint.node.ts";
import { createRandom } from "../../src/util/random.ts";
import { tinyRun } from "../support/training.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STAGES = ["teacher", "student"] as const;

let folder: string;
const path = (...parts: string[]) => join(folder, ...parts);

/** Starts the two-stage run; it goes on with what is there. */
function start(out: string): {
  readonly child: ChildProcess;
  readonly end: Promise<[code: number | null, stderr: string]>;
} {
  const args = [path("train-run.js"), path("config.json"), out];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { child, end: new Promise((resolve) => child.on("exit", (code) => resolve([code, stderr]))) };
}

const listed = (name: string) => (existsSync(name) ? readdirSync(name) : []);
const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []);

/** What a run leaves that must not hang on what happened on the way. */
function resultsOf(out: string): Record<string, unknown> {
  return Object.fromEntries(
    STAGES.flatMap((stage) => {
      const names = listed(join(out, stage)).filter((name) => name.endsWith(".safetensors") || name.endsWith(".part"));
      const sum = (name: string) =>
        createHash("sha256")
          .update(readFileSync(join(out, stage, name)))
          .digest("hex");
      const records = linesOf(join(out, stage, "metrics.jsonl")).map((line) => {
        const { timeMs: _, waitMs: _w, ...record } = JSON.parse(line) as Record<string, unknown>;
        return record;
      });
      return [...names.map((name) => [`${stage}/${name}`, sum(name)]), [`${stage}/metrics`, records]];
    }),
  );
}

const reference = () => path("reference");
beforeAll(async () => {
  mkdirSync(join(ROOT, "runs"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "runs", "train-faults-"));
  await build({
    entryPoints: [
      "test/support/train-run.ts",
      "src/train/examples/loader-worker.ts",
      "src/eval/work/eval-thread-worker.ts",
    ].map((file) => join(ROOT, file)),
    ...{ outdir: folder, entryNames: "[name]", bundle: true, packages: "external", format: "esm", platform: "node" },
    ...{ conditions: ["source"], logLevel: "silent" },
  });
  writeFileSync(path("package.json"), '{"type":"module"}');
  writeFileSync(path("config.json"), JSON.stringify(tinyRun()));
  expect(await start(reference()).end).toEqual([0, ""]);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a run that is killed (SIGKILL)", () => {
  it.each([1, 2])("ends with the same bytes, whenever it was (seed %d)", async (seed) => {
    const out = path(`killed-${seed}`);
    const random = createRandom(seed, 7);
    let kills = 0;
    for (const stage of STAGES)
      for (const progress of [random.int(4), 4 + random.int(4)]) {
        const { child, end } = start(out);
        while (child.exitCode === null && linesOf(join(out, stage, "metrics.jsonl")).length <= progress) await sleep(1);
        await sleep(random.uniform(0, 30));
        kills += Number(child.kill("SIGKILL"));
        await end;
      }
    expect(kills).toBeGreaterThan(2);
    expect(await start(out).end).toEqual([0, ""]);
    expect(resultsOf(out)).toEqual(resultsOf(reference()));
  });

  it("ends with the same bytes when it was writing a checkpoint", async () => {
    const out = path("killed-writing");
    for (const stage of STAGES)
      for (const file of ["last.safetensors", "best.safetensors", "model.safetensors"]) {
        const { child, end } = start(out);
        const isWriting = () => listed(join(out, stage)).some((name) => name.startsWith(`.${file}.`));
        while (child.exitCode === null && !isWriting()) await sleep(0);
        child.kill("SIGKILL");
        await end;
      }
    const left = [".run.html.0.part", "samples/.4.png.0.part"].map((name) => join(out, "student", name));
    mkdirSync(join(out, "student", "samples"), { recursive: true });
    for (const file of left) writeFileSync(file, "");
    expect(await start(out).end).toEqual([0, ""]);
    expect(resultsOf(out)).toEqual(resultsOf(reference()));
    expect(left.filter(existsSync)).toEqual([]);
  });
});

it("stops on a full disk with the checkpoint before intact, and goes on when there is room", async (context) => {
  const out = path("small-disk");
  mkdirSync(out);
  // Room for one checkpoint, but not for the next one beside it.
  const bytes = Math.round(1.4 * statSync(join(reference(), "teacher", "last.safetensors")).size);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", out], { stdio: "ignore" });
  } catch {
    return context.skip("needs the right to mount");
  }
  try {
    const [code, stderr] = await start(out).end;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Cannot write .*last\.safetensors: ENOSPC/)]);
    expect((await readCheckpoint(join(out, "teacher", "last.safetensors"))).step).toBe(2);
    expect(listed(join(out, "teacher")).filter((name) => name.endsWith(".part"))).toEqual([]);
    for (const line of linesOf(join(out, "teacher", "metrics.jsonl"))) expect(() => JSON.parse(line)).not.toThrow();
    execFileSync("mount", ["-o", "remount,size=300m", out], { stdio: "ignore" });
    expect(await start(out).end).toEqual([0, ""]);
    expect(resultsOf(out)).toEqual(resultsOf(reference()));
  } finally {
    execFileSync("umount", [out], { stdio: "ignore" });
  }
});

it("lets one of two runs on the same folder work, and tells the other", async () => {
  const out = path("both");
  const ends = await Promise.all([start(out).end, start(out).end]);
  const refused = ends.filter(([code]) => code !== 0);
  expect(refused.length).toBeLessThan(2); // the second one may also come when the first is done
  for (const [, stderr] of refused) expect(stderr).toMatch(/Another run \(process \d+\) is writing/);
  expect(resultsOf(out)).toEqual(resultsOf(reference()));
});
