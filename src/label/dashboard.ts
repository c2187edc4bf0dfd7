import { escapeHtml } from "../gallery/page-text.ts";
import { type LabelStatus, type Preview, SCORE_BARS } from "./label-status.ts";

/** Time after which an open page loads itself again. */
const RELOAD_SECONDS = 5;

const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1c1f23; --soft: #5b636d; --line: #dfe2e6;
  --series: #2a6fb0; --mark: #b4480f; }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --card: #1c2026; --ink: #e7e9ec; --soft: #a2abb5;
  --line: #353c45; --series: #6aa9e4; --mark: #f0985f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } .soft { color: var(--soft); }
.error { border-left: 4px solid var(--mark); padding-left: .8rem; }
progress { width: 100%; height: 1.2rem; accent-color: var(--series); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: 1rem 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; }
td:last-child, th:last-child { text-align: right; padding-right: 0; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; } svg rect { fill: var(--series); }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; } svg line { stroke: var(--line); }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); gap: .8rem; }
figure { margin: 0; } img { display: block; width: 100%; height: auto; border-radius: 4px; }
figcaption { color: var(--soft); font-size: .85rem; } li { margin: .2rem 0; }
`;

/** The page of a run: one file without scripts that loads itself again while the run goes on. */
export function dashboardHtml(status: LabelStatus, previews: readonly Preview[]): string {
  const { state, error, model, total, settled, updatedAt } = status;
  const percent = total > 0 ? ((100 * settled) / total).toFixed(1) : "0.0";
  const reload = state === "running" ? `<meta http-equiv="refresh" content="${RELOAD_SECONDS}">` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${reload}
<title>${percent} % labelled</title><style>${STYLE}</style></head><body>
<h1>Labelling with ${escapeHtml(model)}: ${state}</h1>
<p class="soft">As of ${escapeHtml(updatedAt.replace("T", " ").slice(0, 19))} UTC</p>
${error === undefined ? "" : `<p class="error">${escapeHtml(error)}</p>`}
<progress max="${total}" value="${settled}" aria-label="pictures labelled"></progress>
<p>${percent} %: ${count(settled)} of ${count(total)} pictures</p>
<dl>${figures(status)
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join("")}</dl>
<h2>Left out</h2>${dropTable(status)}
<h2>Scores</h2>${histogram(status)}
<h2>Samples</h2>${maps(previews)}
<h2>Errors</h2>${errorList(status)}
</body></html>
`;
}

function figures(status: LabelStatus): readonly (readonly [string, string])[] {
  const {
    kept,
    imagesPerSecond,
    secondsLeft,
    shards,
    shardsTotal,
    bytes,
    faces,
    plates,
    workers,
    restarts,
    meanScore,
  } = status;
  const isRunning = status.state === "running";
  return [
    ["kept", count(kept)],
    ["pictures a second", imagesPerSecond.toFixed(2)],
    ...(isRunning ? [["time left", secondsLeft === undefined ? "unknown" : duration(secondsLeft)] as const] : []),
    ["shards", `${count(shards)} of ${count(shardsTotal)}`],
    ["size of shards", `${(bytes / 1e6).toFixed(1)} MB`],
    ["mean score", meanScore === undefined ? "none yet" : meanScore.toFixed(3)],
    ["faces blurred", count(faces)],
    ["plates blurred", count(plates)],
    ["workers", isRunning ? count(workers.length) : "0"],
    ["workers replaced", count(restarts)],
  ];
}

function dropTable({ dropped, settled }: LabelStatus): string {
  const rows = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return `<p class="soft">Nothing so far.</p>`;
  const cells = rows.map(
    ([reason, n]) =>
      `<tr><td>${escapeHtml(reason)}</td><td>${count(n)}</td><td>${((100 * n) / settled).toFixed(1)} %</td></tr>`,
  );
  return `<table><thead><tr><th>reason</th><th>pictures</th><th>share</th></tr></thead><tbody>${cells.join("")}</tbody></table>`;
}

function histogram({ scores }: LabelStatus): string {
  const largest = Math.max(...scores);
  if (largest === 0) return `<p class="soft">None so far.</p>`;
  const [width, height, left] = [400, 120, 4];
  const step = (width - 2 * left) / SCORE_BARS;
  const bars = scores.map((n, i) => {
    const tall = (n / largest) * height;
    const title = `${(i / SCORE_BARS).toFixed(2)} to ${((i + 1) / SCORE_BARS).toFixed(2)}: ${count(n)}`;
    return (
      `<rect x="${(left + i * step).toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step - 1).toFixed(1)}" ` +
      `height="${tall.toFixed(1)}"><title>${title}</title></rect>`
    );
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((value) => {
    const anchor = value === 0 ? "start" : value === 1 ? "end" : "middle";
    return `<text x="${left + value * (width - 2 * left)}" y="${height + 14}" text-anchor="${anchor}">${value}</text>`;
  });
  return (
    `<svg viewBox="0 0 ${width} ${height + 18}" role="img" aria-label="histogram of scores">${bars.join("")}` +
    `<line x1="${left}" x2="${width - left}" y1="${height}" y2="${height}"/>${ticks.join("")}</svg>`
  );
}

function maps(previews: readonly Preview[]): string {
  if (previews.length === 0) return `<p class="soft">None so far.</p>`;
  const figures = previews.map(
    ({ index, score, jpegUrl }) =>
      `<figure><img src="${escapeHtml(jpegUrl)}" alt="picture ${index} and its map"><figcaption>${index}, score ${score.toFixed(3)}</figcaption></figure>`,
  );
  return `<div class="maps">${figures.join("")}</div>`;
}

function errorList({ errors }: LabelStatus): string {
  if (errors.length === 0) return `<p class="soft">None.</p>`;
  return `<ul>${errors.map((message) => `<li>${escapeHtml(message)}</li>`).join("")}</ul>`;
}

const count = (value: number): string => value.toLocaleString("en-US");

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
