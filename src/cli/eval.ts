import { join } from "node:path";
import { type Command, Option } from "commander";
import { TRUTH_ENCODINGS } from "../data/truth/truth-encoding.ts";
import { explicitProtocol } from "../eval/eval-target.ts";
import { evaluateDepth } from "../eval/evaluate-depth.ts";
import { evaluatePointPairs } from "../eval/evaluate-point-pairs.ts";
import type { Evaluation, ReportedEvaluation } from "../eval/evaluation.ts";
import { EXTRA_METRICS, type ExtraMetric } from "../eval/extra-metrics.ts";
import {
  describeEvaluation,
  evaluationsCsv,
  evaluationsJson,
  evaluationTable,
  publishedComparison,
} from "../eval/format-evaluation.ts";
import type { Predictor } from "../eval/predictors/predictor.ts";
import { publishedTablesText } from "../eval/published/published-text.ts";
import { htmlReport } from "../eval/report/html-report.ts";
import { reportPictures } from "../eval/report/report-pictures.node.ts";
import { journalHeader, openRunJournal } from "../eval/run-journal.node.ts";
import { startEvalThread } from "../eval/work/eval-thread.node.ts";
import type { EvalWork } from "../eval/work/eval-work.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { DepthError } from "../util/errors.ts";
import type { OnProgress } from "../util/progress.ts";
import type { CommandContext } from "./command-context.ts";
import { type PredictorOptions, predictorSources } from "./eval-predictors.ts";
import { addProtocolOptions, type ProtocolOptions, protocolFor } from "./eval-protocol.ts";
import { addDatasetOptions, type DatasetCommandOptions, datasetHelp, openTarget, type Target } from "./eval-targets.ts";
import { addModelOptions, listOf, positiveInteger } from "./model-options.ts";
import { createProgressLine, formatDuration, type ProgressLine } from "./progress-line.ts";

interface EvalCommandOptions extends PredictorOptions, ProtocolOptions, DatasetCommandOptions {
  readonly metrics?: readonly string[];
  readonly limit?: number;
  readonly readAhead?: number;
  readonly keepGoing?: true;
  readonly out?: string;
  readonly restart?: true;
  readonly published?: true;
  readonly json?: true;
  readonly csv?: true;
}

/** `depth-anything eval [datasets...]`. */
export function define(command: Command, context: CommandContext): void {
  command
    .option("-m, --model <names>", "models, or the baselines ramp and mean-map, with commas (default: nano)", listOf)
    .option("--mean-from <dataset>", "mean-map: the training set, type=folder")
    .option("--predictions <folders>", "maps another program wrote, named after the pictures", listOf)
    .addOption(new Option("--prediction-kind <kind>", "what they hold").choices(["disparity", "metric"]))
    .addOption(
      new Option("--prediction-encoding <name>", "how they hold it (default: as it is)").choices(
        Object.keys(TRUTH_ENCODINGS),
      ),
    );
  addProtocolOptions(command);
  addDatasetOptions(command)
    .option("--metrics <names>", `more metrics: ${EXTRA_METRICS.join(", ")}`, listOf)
    .option("--limit <count>", "only the first pictures of every dataset", positiveInteger)
    .option("--read-ahead <count>", "pictures decoded ahead (default: 4)", positiveInteger)
    .option("--keep-going", "list pictures that cannot be used instead of stopping")
    .option("-o, --out <folder>", "write report.html, results.json and images.csv; a run that was stopped goes on")
    .option("--restart", "forget what a stopped run left in --out")
    .option("--published", "also the published tables, with how they differ; alone: just these");
  addModelOptions(command)
    .addOption(new Option("--json", "print everything as JSON").conflicts("csv"))
    .option("--csv", "print the scores of every picture as CSV")
    .addHelpText("after", datasetHelp())
    .action((datasets: readonly string[], options: EvalCommandOptions) => runEval(datasets, options, context));
}

async function runEval(
  datasets: readonly string[],
  options: EvalCommandOptions,
  { signal }: CommandContext,
): Promise<void> {
  const { out, json, csv, published } = options;
  if (datasets.length === 0 && published) return print(publishedTablesText());
  if (datasets.length === 0)
    throw new DepthError(
      "bad-argument",
      "Name a dataset: a folder, type=folder, or procedural; see depth-anything eval --help.",
    );
  const extraMetrics = extraMetricsOf(options.metrics);
  const line = createProgressLine();
  // Every argument is checked before anything is computed.
  const sources = predictorSources(options, { signal, line });
  const targets: Target[] = [];
  for (const argument of datasets) targets.push(await openTarget(argument, options));
  const reported: ReportedEvaluation[] = [];
  const work = startEvalThread();
  try {
    for (const source of sources) {
      line.show(`loading ${source.name}`);
      const { predictor, dispose } = await source.open();
      try {
        for (const target of targets) {
          const evaluation = await evaluateOne(predictor, target, { ...options, extraMetrics, work }, signal, line);
          line.clear();
          if (!json && !csv) print(summaryText(evaluation));
          const drawn = out !== undefined && !target.points;
          if (drawn) line.show(`drawing pictures of ${target.target.dataset.name}`);
          reported.push(
            drawn ? await reportPictures(evaluation, predictor, target.target) : { evaluation, worst: [], best: [] },
          );
        }
      } finally {
        await dispose();
      }
    }
  } finally {
    line.clear();
    await work.close();
  }
  const evaluations = reported.map(({ evaluation }) => evaluation);
  if (out !== undefined) {
    await writeFileAtomic(join(out, "results.json"), `${JSON.stringify(evaluationsJson(evaluations), null, 2)}\n`);
    await writeFileAtomic(join(out, "images.csv"), evaluationsCsv(evaluations));
    await writeFileAtomic(join(out, "report.html"), htmlReport(reported, { title: "Depth evaluation" }));
  }
  if (json) print(`${JSON.stringify(evaluationsJson(evaluations), null, 2)}\n`);
  else if (csv) print(evaluationsCsv(evaluations));
  else {
    print(`${evaluationTable(evaluations)}\n`);
    if (published) print(`${publishedComparison(evaluations) || "Nothing is published on these datasets.\n"}\n`);
    if (out !== undefined) print(`${join(out, "report.html")}, results.json, images.csv\n`);
  }
  reportLeftOut(evaluations);
}

async function evaluateOne(
  predictor: Predictor,
  target: Target,
  options: Omit<EvalCommandOptions, "metrics"> & {
    readonly extraMetrics: readonly ExtraMetric[];
    readonly work: EvalWork;
  },
  signal: AbortSignal,
  line: ProgressLine,
): Promise<Evaluation> {
  const { out, limit, readAhead, keepGoing, work } = options;
  const extraMetrics = withFlicker(options.extraMetrics, target, options);
  const protocol = explicitProtocol(protocolFor(options, predictor.kind, target), predictor);
  const { type, dataset } = target.target;
  const header = journalHeader<unknown>(predictor, type, dataset, protocol, { extraMetrics, ...(limit && { limit }) });
  const name = `${predictor.name}-${dataset.name}-${protocol.name}`.replaceAll(/[^\w.+-]/g, "_");
  const journal =
    out === undefined
      ? undefined
      : await openRunJournal(join(out, "scores", `${name}.jsonl`), header, { restart: options.restart ?? false });
  const settings = {
    ...{ extraMetrics, work, signal, onProgress: progressWithTime(line, `${predictor.name} on ${dataset.name}`) },
    ...(limit && { limit }),
    ...(readAhead && { readAhead }),
    ...(keepGoing && { keepGoing }),
    ...(journal && { done: journal.done, onScores: journal.append }),
  };
  try {
    return target.points
      ? await evaluatePointPairs(predictor, target.target, protocol, settings)
      : await evaluateDepth(predictor, target.target, protocol, settings);
  } finally {
    await journal?.close();
  }
}

/** The score and exactly what was measured. */
function summaryText(evaluation: Evaluation): string {
  const { predictor, dataset, scored, images, profile } = evaluation;
  const seconds = formatDuration(profile.totalMs);
  const share = (ms: number) => `${((100 * ms) / Math.max(1, profile.totalMs)).toFixed(0)} %`;
  return [
    `${predictor.name} on ${dataset.name}: ${scored} of ${images.length} pictures scored, ${seconds}`,
    `  model: ${predictor.summary}`,
    `  dataset: ${dataset.summary}`,
    ...describeEvaluation(evaluation).map((text) => `  ${text}`),
    `  time: network ${share(profile.networkMs)}, waiting for pictures ${share(profile.decodeMs)}, for scores ` +
      `${share(profile.scoreMs)}, other ${share(profile.otherMs)}; another thread prepared and scored for ${share(profile.backgroundMs)}`,
    "",
    "",
  ].join("\n");
}

function progressWithTime(line: ProgressLine, what: string): OnProgress {
  const started = performance.now();
  let first: number | undefined;
  return ({ done, total = 0, item = "" }) => {
    first ??= done - 1;
    const perImage = (performance.now() - started) / (done - first);
    line.show(`${what}: ${done} of ${total}, ${formatDuration(perImage * (total - done))} left  ${item}`);
  };
}

/** Says what did not enter the means; a set of which nothing did is a failure. */
function reportLeftOut(evaluations: readonly Evaluation[]): void {
  for (const { predictor, dataset, images, leftOut, scored } of evaluations) {
    if (leftOut === 0) continue;
    process.exitCode = 1;
    const reasons = images.filter((image) => image.leftOut !== undefined);
    const shown = reasons.slice(0, 10).map(({ id, leftOut: why }) => `  ${id}: ${why}\n`);
    const more = reasons.length > 10 ? `  and ${reasons.length - 10} more\n` : "";
    const what = scored === 0 ? "nothing could be scored" : `${leftOut} of ${images.length} pictures were left out`;
    process.stderr.write(`${predictor.name} on ${dataset.name}: ${what}:\n${shown.join("")}${more}`);
  }
}

/** Clips are measured for flicker as well, unless a list picks single frames out of them. */
function withFlicker(
  metrics: readonly ExtraMetric[],
  { points, target }: Target,
  { list }: Pick<EvalCommandOptions, "list">,
): readonly ExtraMetric[] {
  const isClip = !points && target.dataset.sequenceOf !== undefined && list === undefined;
  return isClip && !metrics.includes("flicker") ? [...metrics, "flicker"] : metrics;
}

function extraMetricsOf(names: readonly string[] = []): readonly ExtraMetric[] {
  return names.map((name) => {
    const known = EXTRA_METRICS.find((metric) => metric === name);
    if (known !== undefined) return known;
    throw new DepthError("bad-argument", `There is no extra metric "${name}". Known: ${EXTRA_METRICS.join(", ")}.`);
  });
}

function print(text: string): void {
  process.stdout.write(text);
}
