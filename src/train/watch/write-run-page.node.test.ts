import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import type { RunRecord } from "./records.ts";
import { writeSampleSheet } from "./sample-sheet.node.ts";
import { chosen, writeRunPage } from "./write-run-page.node.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "run-page-"));
});
afterAll(() => rm(root, { recursive: true }));

/** The lines of a run of some steps that scores two sets now and then. */
function madeUp(steps: number): string {
  const random = createRandom(1);
  const records = Array.from({ length: steps }, (_, i): RunRecord[] => {
    const loss = Math.exp(-i / steps) * random.uniform(0.9, 1.1);
    const step = i + 1;
    const losses = { labelled: loss, unlabelled: loss / 2, alignment: loss / 3, "a<b": loss, total: loss };
    const rate = { encoder: 5e-6 * (1 - i / steps), decoder: 5e-5 * (1 - i / steps) };
    const scores = ["nyuv2-dev", '"><script>x'].map((dataset, set) => ({
      ...{ kind: "validation" as const, step, dataset, pictures: 9 },
      metrics: { absRel: (1 + set) * (0.1 + Math.abs(step - 0.75 * steps) / steps), delta1: 0.5 + (0.4 * i) / steps },
    }));
    return [
      { kind: "step", step, losses, gradientNorm: loss, learningRate: rate, timeMs: 400, waitMs: 20, images: 12 },
      ...(step % Math.ceil(steps / 20) === 0 ? scores : []),
    ];
  });
  return records
    .flat()
    .map((record) => `${JSON.stringify(record)}\n`)
    .join("");
}

async function runFolder(name: string, metrics: string): Promise<string> {
  const folder = join(root, "run", name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "metrics.jsonl"), metrics);
  return folder;
}

const page = async (...parameters: Parameters<typeof writeRunPage>) =>
  readFile(await writeRunPage(...parameters), "utf8");

describe("writeRunPage", () => {
  it("shows progress, curves of every loss and metric, latest and best scores; nothing can break out", async () => {
    const folder = await runFolder("student", `${madeUp(400)}{"kind":"st`);
    const html = await page(folder, { totalSteps: 1600, config: { seed: 1, note: "</pre><script>" } });
    expect(html).toContain("<h1>run/student: running</h1>");
    expect(html).toContain("25.0 %: step 400 of 1,600");
    expect(html).toContain("<dt>images a second</dt><dd>30.0</dd>");
    expect(html).toContain("<dt>time left</dt><dd>8 min 00 s</dd>");
    expect(html).toContain("<dt>waiting for images</dt><dd>5.0 %</dd>");
    expect([...html.matchAll(/<figcaption><b>([^<]*)</g)].map(([, title]) => title)).toEqual([
      ...["total", "labelled", "unlabelled", "alignment", "a&lt;b", "AbsRel ↓", "δ1 ↑"],
      ...["learning rate", "length of the gradient", "images a second"],
    ]);
    expect(html).toContain("<td>nyuv2-dev, step 400</td><td>0.3500</td>");
    expect(html).toContain("<td>best (step)</td><td>0.1000 (300)</td><td>0.8990 (400)</td>");
    expect(html).not.toMatch(/<script|<\/pre><s|could not be read/);
    expect(html).toContain('<meta http-equiv="refresh"');
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).toContain("default-src 'none'");
  });

  it("is small and quick for 100,000 steps, and loads itself no more once the run has ended", async () => {
    const folder = await runFolder("long", madeUp(100_000));
    const html = await page(folder, { totalSteps: 100_000, state: "finished" });
    expect(html.length).toBeLessThan(200_000);
    expect(html).not.toContain("refresh");
    expect(html).toContain("100.0 %: step 100,000 of 100,000");
  });

  it("can be written before the first step, and says why a run stopped and what it could not read", async () => {
    const folder = await runFolder("empty", "");
    const options = { totalSteps: 10, state: "stopped", error: "Loss is <NaN>." } as const;
    const html = await page(folder, options);
    for (const text of ["No step so far", "No validation so far", "No samples so far", "Loss is &lt;NaN&gt;."])
      expect(html).toContain(text);
    await appendFile(join(folder, "metrics.jsonl"), `nonsense\n${madeUp(2)}`);
    expect(await page(folder, options)).toContain("1 lines of the metrics could not be read.");
    expect((await readdir(folder)).sort()).toEqual(["metrics.jsonl", "run.html"]);
  });

  it("holds the newest sheets first, a few older ones, and skips what is no picture", async () => {
    const folder = await runFolder("sheets", madeUp(30));
    const plane = new Float32Array(16 * 16).fill(0.5);
    const sample = {
      width: 16,
      height: 16,
      pixels: new Float32Array(3 * 256),
      target: plane,
      mask: plane,
      estimate: plane,
    };
    for (let step = 1; step <= 20; step++) await writeSampleSheet(folder, step, [sample]);
    await writeFile(join(folder, "samples", "21.png"), "torn");
    await writeFile(join(folder, "samples", "notes.txt"), "");
    const html = await page(folder, { totalSteps: 30 });
    const steps = [...html.matchAll(/<figcaption>step (\d+):/g)].map(([, step]) => Number(step));
    expect(steps.slice(0, 2)).toEqual([20, 19]);
    expect([steps.length, steps.at(-1)]).toEqual([7, 1]);
    expect(html.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(7);
  });
});

it("chosen: all of a few; of many the newest three and five spaced ones with the oldest", () => {
  expect(chosen([3, 2, 1])).toEqual([3, 2, 1]);
  const many = Array.from({ length: 103 }, (_, i) => 103 - i);
  expect(chosen(many)).toEqual([103, 102, 101, 81, 61, 41, 21, 1]);
});
