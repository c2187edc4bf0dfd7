import { METRICS } from "../../eval/depth-metrics.ts";
import { formatMetric, metricDirection } from "../../eval/format-metric.ts";
import { tableHtml, words } from "../../eval/report/html.ts";
import { STYLE } from "../../eval/report/style.ts";
import { escapeHtml } from "../../gallery/page-text.ts";
import { formatDuration } from "../../util/duration.ts";
import { type Curve, type CurveChart, curveChartHtml, MAX_POINTS } from "./curve-chart.ts";
import { pointsOf, smoothed } from "./curves.ts";
import { paceOf } from "./pace.ts";
import { totalFirst } from "./progress-text.ts";
import type { RunRecords } from "./read-metrics.node.ts";
import type { ValidationRecord } from "./records.ts";
import { RUN_STYLE } from "./style.ts";

/** What a page shows of a run. */
export interface RunView extends RunRecords {
  readonly title: string;
  readonly state: "running" | "stopped" | "finished";
  /** Why it stopped, in words. */
  readonly error?: string;
  /** Of the whole run. */
  readonly totalSteps: number;
  /** Sheets of sample maps, newest first; `url` is a data URL. */
  readonly samples: readonly { readonly step: number; readonly url: string }[];
  /** The configuration as text. */
  readonly config?: string;
  readonly updatedAt: Date;
}

/** Time after which the open page of a running run loads itself again. */
const RELOAD_SECONDS = 15;

/** A run as one HTML file that needs nothing else, without scripts; it loads itself again while the run goes on. */
export function runPage(run: RunView): string {
  const { title, state, error, totalSteps, steps, samples, config, updatedAt, unreadableLines } = run;
  const done = steps.at(-1)?.step ?? 0;
  const percent = ((100 * done) / Math.max(1, totalSteps)).toFixed(1);
  const reload = state === "running" ? `<meta http-equiv="refresh" content="${RELOAD_SECONDS}">` : "";
  return [
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width, initial-scale=1">${reload}`,
    // Nothing is ever fetched; a browser holds the page to it.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<title>${percent} % ${escapeHtml(title)}</title><style>${STYLE}${RUN_STYLE}</style></head>`,
    `<body><h1>${escapeHtml(title)}: ${state}</h1>`,
    `<p class="soft">As of ${updatedAt.toISOString().replace("T", " ").slice(0, 19)} UTC</p>`,
    error === undefined ? "" : `<p class="error">${escapeHtml(error)}</p>`,
    `<progress max="${Math.max(1, totalSteps)}" value="${done}" aria-label="steps done"></progress>`,
    `<p>${percent} %: step ${count(done)} of ${count(totalSteps)}</p>`,
    figures(run),
    unreadableLines > 0 ? `<p class="error">${unreadableLines} lines of the metrics could not be read.</p>` : "",
    section("Losses", charts(lossCharts(run)), "No step so far."),
    section("Validation", scoreTable(run.validations) + charts(metricCharts(run.validations)), "No validation so far."),
    section("Samples", samplesHtml(samples), "No samples so far."),
    section("Course", charts(courseCharts(run)), "No step so far."),
    config === undefined ? "" : `<details><summary>Configuration</summary><pre>${escapeHtml(config)}</pre></details>`,
    "</body></html>\n",
  ].join("\n");
}

function figures({ state, steps, totalSteps }: RunView): string {
  const pace = paceOf(steps, totalSteps);
  if (!pace) return "";
  const sum = (of: (step: RunView["steps"][number]) => number) => steps.reduce((total, step) => total + of(step), 0);
  const rows = [
    ...(state === "running" ? [["time left", formatDuration(pace.remainingMs)] as const] : []),
    ["time in steps", formatDuration(sum(({ timeMs }) => timeMs))],
    ["images a second", pace.imagesPerSecond.toFixed(1)],
    ["images seen", count(sum(({ images }) => images))],
    ["waiting for images", `${(100 * pace.waitShare).toFixed(1)} %`],
  ] as const;
  return `<dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}

/** A curve over every step, smoothed over a fiftieth of them. */
function smoothCurve(run: RunView, name: string, value: (step: RunView["steps"][number]) => number | undefined): Curve {
  const raw = pointsOf(run.steps, value);
  return { name, points: smoothed(raw, raw.length / 50, MAX_POINTS), raw };
}

function lossCharts(run: RunView): CurveChart[] {
  const names: Record<string, number> = {};
  for (const { losses } of run.steps) for (const name in losses) names[name] = 0;
  return totalFirst(names).map(([name]) => ({
    title: name,
    curves: [smoothCurve(run, name, ({ losses }) => losses[name])],
  }));
}

function courseCharts(run: RunView): CurveChart[] {
  const rate = (part: "encoder" | "decoder"): Curve => ({
    name: part,
    points: pointsOf(run.steps, ({ learningRate }) => learningRate[part]),
  });
  return [
    { title: "learning rate", curves: [rate("encoder"), rate("decoder")] },
    { title: "length of the gradient", curves: [smoothCurve(run, "length", ({ gradientNorm }) => gradientNorm)] },
    {
      title: "images a second",
      curves: [smoothCurve(run, "rate", ({ images, timeMs }) => (timeMs > 0 ? (1000 * images) / timeMs : undefined))],
    },
  ];
}

const metricNames = (validations: readonly ValidationRecord[]): string[] => [
  ...new Set(validations.flatMap(({ metrics }) => Object.keys(metrics))),
];
const datasetNames = (validations: readonly ValidationRecord[]): string[] => [
  ...new Set(validations.map(({ dataset }) => dataset)),
];
const headOf = (metric: string): string => {
  const arrow = { higher: " ↑", lower: " ↓", none: "" }[metricDirection(metric) ?? "none"];
  return `${METRICS.find(({ key }) => key === metric)?.title ?? metric}${arrow}`;
};

function metricCharts(validations: readonly ValidationRecord[]): CurveChart[] {
  return metricNames(validations).map((metric) => ({
    title: headOf(metric),
    dots: true,
    format: formatMetric,
    curves: datasetNames(validations).map((dataset) => ({
      name: dataset,
      points: pointsOf(
        validations.filter((record) => record.dataset === dataset),
        ({ metrics }) => metrics[metric],
      ),
    })),
  }));
}

/** Of every dataset the latest scores, and under them the best with their steps. */
function scoreTable(validations: readonly ValidationRecord[]): string {
  if (validations.length === 0) return "";
  const metrics = metricNames(validations);
  const rows = datasetNames(validations).flatMap((dataset) => {
    const records = validations.filter((record) => record.dataset === dataset);
    const latest = records.at(-1) as ValidationRecord;
    return [
      [`${dataset}, step ${count(latest.step)}`, ...metrics.map((metric) => formatMetric(latest.metrics[metric]))],
      ["best (step)", ...metrics.map((metric) => bestOf(records, metric))],
    ].map((row) => row.map(words));
  });
  return tableHtml(["", ...metrics.map(headOf)], rows);
}

function bestOf(records: readonly ValidationRecord[], metric: string): string {
  const direction = metricDirection(metric);
  const points = pointsOf(records, ({ metrics }) => metrics[metric]);
  const [first, ...others] = points;
  if (direction === undefined || first === undefined) return "";
  const sign = direction === "higher" ? 1 : -1;
  const best = others.reduce((a, b) => (sign * b.value > sign * a.value ? b : a), first);
  return `${formatMetric(best.value)} (${count(best.step)})`;
}

function samplesHtml(samples: RunView["samples"]): string {
  const sheets = samples.map(
    ({ step, url }) =>
      `<figure><img src="${escapeHtml(url)}" alt="pictures, what is known, estimates at step ${step}">` +
      `<figcaption>step ${count(step)}: picture, truth or pseudo-label, estimate</figcaption></figure>`,
  );
  return sheets.length > 0 ? `<div class="maps">${sheets.join("")}</div>` : "";
}

const charts = (all: readonly CurveChart[]): string => {
  const drawn = all.map(curveChartHtml).join("");
  return drawn === "" ? "" : `<div class="charts">${drawn}</div>`;
};
const section = (title: string, content: string, none: string): string =>
  `<section><h2>${title}</h2>${content || `<p class="soft">${none}</p>`}</section>`;
const count = (value: number): string => value.toLocaleString("en-US");
