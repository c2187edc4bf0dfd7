/**
 * Does the method work? The rows of Table 9 of the paper in miniature: labelled pictures only; + pseudo-labels as they
 * are; + strong perturbation; + feature alignment. One teacher for all, one student a row and seed, scored on sets it
 * has not seen.
 *
 *   npx tsx --conditions=source bench/ablation.ts [bench/ablation.json] [--teacher weights] [--out folder] [--seeds 1,2]
 *
 * A run that was stopped goes on where it was.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseTrainConfig, type TrainConfig, type TrainConfigInput } from "../src/train/config/train-config.ts";
import { STAGE_FILES } from "../src/train/run/stage-state.node.ts";
import { trainStage } from "../src/train/run/train-stage.node.ts";
import { readMetrics } from "../src/train/watch/read-metrics.node.ts";
import { writeFileAtomic } from "../src/util/atomic-file.node.ts";
import { markdownTable } from "../src/util/text-table.ts";

type StudentInput = NonNullable<TrainConfigInput["student"]>;

/** What each row switches on, beginning with nothing. The labelled row sees as many pictures a step as the others. */
const ROWS: readonly { readonly name: string; readonly switches: (full: StudentInput) => Partial<StudentInput> }[] = [
  {
    name: "labelled only",
    switches: ({ labelledBatch, unlabelledBatch }) => ({
      labelledBatch: labelledBatch + unlabelledBatch,
      unlabelledBatch: 0,
    }),
  },
  {
    name: "+ pseudo-labels, plain",
    switches: () => ({ perturbation: { colour: 0, blur: 0 }, cutMix: 0, alignment: { weight: 0 } }),
  },
  { name: "+ strong perturbation", switches: () => ({ alignment: { weight: 0 } }) },
  { name: "+ feature alignment", switches: () => ({}) },
];

interface Score {
  readonly row: string;
  readonly seed: number;
  readonly dataset: string;
  readonly absRel: number;
  readonly delta1: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    teacher: { type: "string" },
    out: { type: "string", default: "runs/ablation" },
    seeds: { type: "string", default: "1,2" },
  },
});
const path = positionals[0] ?? "bench/ablation.json";
const input = JSON.parse(await readFile(path, "utf8")) as TrainConfigInput;
const full = input.student;
if (full === undefined) throw new Error(`${path} describes no student.`);

const teacher = values.teacher ?? (await trainTeacher(parseTrainConfig(input, path)));
const scores: Score[] = [];
for (const seed of values.seeds.split(",").map(Number))
  for (const [number, { name, switches }] of ROWS.entries()) {
    const config = parseTrainConfig({ ...input, seed, student: { ...full, ...switches(full) } }, `${path}, ${name}`);
    const folder = join(values.out, `row${number}-seed${seed}`);
    scores.push(...(await trainRow(config, folder)).map((score) => ({ row: name, seed, ...score })));
    await writeFileAtomic(join(values.out, "scores.json"), `${JSON.stringify(scores, undefined, 1)}\n`);
  }
process.stdout.write(`${tableOf(scores)}\n`);

async function trainTeacher(config: TrainConfig): Promise<string> {
  const folder = join(values.out, "teacher");
  await trainStage(config, "teacher", { folder, onProgress: progress("teacher") });
  return join(folder, STAGE_FILES.model);
}

async function trainRow(config: TrainConfig, folder: string): Promise<Omit<Score, "row" | "seed">[]> {
  await trainStage(config, "student", { folder, teacher, onProgress: progress(folder) });
  const { validations } = await readMetrics(join(folder, STAGE_FILES.metrics));
  const last = validations.filter(({ step }) => step === config.student?.steps);
  return last.map(({ dataset, metrics }) => ({
    dataset,
    absRel: metrics.absRel as number,
    delta1: metrics.delta1 as number,
  }));
}

function progress(what: string): (event: { readonly record: { readonly step: number } }) => void {
  return ({ record }) => {
    if (record.step % 50 === 0) process.stderr.write(`${what}: step ${record.step}\n`);
  };
}

/** Means over the seeds, and in brackets the largest distance of a seed from it. */
function tableOf(all: readonly Score[]): string {
  const datasets = [...new Set(all.map(({ dataset }) => dataset))];
  const cell = (row: string, dataset: string, metric: "absRel" | "delta1"): string => {
    const numbers = all.filter((score) => score.row === row && score.dataset === dataset).map((score) => score[metric]);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const spread = Math.max(...numbers.map((value) => Math.abs(value - mean)));
    return `${mean.toFixed(4)} (${spread.toFixed(4)})`;
  };
  return markdownTable([
    ["Students", ...datasets.flatMap((dataset) => [`${dataset} AbsRel`, "δ1"])],
    ...ROWS.map(({ name }) => [
      name,
      ...datasets.flatMap((dataset) => [cell(name, dataset, "absRel"), cell(name, dataset, "delta1")]),
    ]),
  ]);
}
