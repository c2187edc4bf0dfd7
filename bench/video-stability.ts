import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { loadModel } from "../src/depth/load-model.node.ts";
import { markdownTable } from "../src/util/text-table.ts";
import { EDITS, foundCuts } from "../test/support/edited-clips.ts";
import { measuredClips } from "./video-stability/clips.ts";
import { estimatedMotion, type Measured, measure } from "./video-stability/measure.ts";
import { METHODS } from "./video-stability/methods.ts";

interface Options {
  readonly data: string;
  readonly sets: readonly string[];
  readonly frames: number;
  readonly model: string;
  readonly each?: true;
  readonly cuts?: true;
  readonly out?: string;
}

const options = new Command("tsx --conditions=source bench/video-stability.ts")
  .description("Flicker and accuracy of every stage of the stabilizer, on clips with depth and on invented ones.")
  .option("--data <folder>", "folder of the datasets", "data")
  .option("--sets <names>", "comma-separated", (text) => text.split(","), ["tum", "kitti", "procedural"])
  .option("--frames <n>", "at most so many of a clip", Number, 200)
  .option("--model <name>", "of the registry", "nano")
  .option("--each", "also a table for every procedural clip")
  .option("--cuts", "only precision and recall of the cuts, on edited clips")
  .option("--out <file>", "JSON of all numbers")
  .parse()
  .opts<Options>();

if (options.cuts) {
  process.stdout.write(cutTable());
  process.exit();
}
const model = await loadModel(options.model);
const rows: ({ readonly set: string; readonly clip: string; readonly method: string } & Measured)[] = [];
for await (const clip of measuredClips(model, options)) {
  const motions = estimatedMotion(clip);
  for (const method of METHODS)
    rows.push({
      set: clip.set,
      clip: clip.name,
      method: method.name,
      ...measure(clip, method.apply(clip.frames), motions),
    });
  process.stderr.write(`${clip.name}: ${clip.frames.length} frames\n`);
}
await model.dispose();

const COLUMNS: readonly (readonly [key: keyof Measured, title: string, digits: number])[] = [
  ["flicker", "flicker %", 2],
  ["truthFlicker", "flicker against truth %", 2],
  ["tae", "TAE %", 2],
  ["delta1", "δ1", 4],
  ["absRel", "AbsRel", 4],
  ["clipDelta1", "δ1, one fit a clip", 4],
  ["clipAbsRel", "AbsRel, one fit a clip", 4],
];

function table(title: string, of: readonly (typeof rows)[number][]): void {
  const cells = METHODS.map(({ name }) => {
    const mine = of.filter(({ method }) => method === name);
    const mean = (key: keyof Measured) => mine.reduce((sum, row) => sum + row[key], 0) / mine.length;
    return [name, ...COLUMNS.map(([key, , digits]) => (Number.isNaN(mean(key)) ? "-" : mean(key).toFixed(digits)))];
  });
  process.stdout.write(`\n${title}\n\n${markdownTable([["", ...COLUMNS.map(([, head]) => head)], ...cells])}`);
}

for (const set of new Set(rows.map((row) => row.set))) {
  const of = rows.filter((row) => row.set === set);
  const clips = [...new Set(of.map(({ clip }) => clip))];
  table(`${set}: ${clips.length} clip${clips.length > 1 ? "s" : ""}`, of);
  if (options.each)
    for (const name of clips)
      table(
        name,
        of.filter(({ clip }) => clip === name),
      );
}
if (options.out) await writeFile(options.out, `${JSON.stringify(rows, null, 1)}\n`);

/** Cuts found in edited clips of eight seeds; a cut counts as found within a frame. */
function cutTable(): string {
  const rows = Object.entries(EDITS).map(([kind, make]) => {
    const count = { frames: 0, cuts: 0, found: 0, wrong: 0 };
    for (let seed = 1; seed <= 8; seed++) {
      const { frames, cuts } = make(seed);
      const found = foundCuts(frames);
      const near = (a: number, of: readonly number[]) => of.some((b) => Math.abs(a - b) <= 1);
      count.frames += frames.length;
      count.cuts += cuts.length;
      count.found += cuts.filter((cut) => near(cut, found)).length;
      count.wrong += found.filter((cut) => !near(cut, cuts)).length;
    }
    return [kind, count.frames, count.cuts, count.found, count.wrong];
  });
  const sum = (column: number) => rows.reduce((all, row) => all + (row[column] as number), 0);
  const cells = [...rows, ["all", sum(1), sum(2), sum(3), sum(4)]].map((row) => row.map(String));
  return markdownTable([["", "frames", "cuts", "found", "false"], ...cells]);
}
