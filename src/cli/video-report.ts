import { extname } from "node:path";
import { formatDuration } from "../util/duration.ts";
import { textTable } from "../util/text-table.ts";
import type { VideoResult } from "../video/estimate-video.node.ts";
import { clockTime } from "../video/pipeline/clock-time.ts";
import { STAGES } from "../video/pipeline/stage-times.ts";

/** What `--report` writes: JSON for a name that ends so, else text for people. */
export function videoReport(path: string, results: readonly VideoResult[]): string {
  if (extname(path).toLowerCase() === ".json") return `${JSON.stringify({ results }, null, 2)}\n`;
  return results.map(reportOf).join("\n");
}

function reportOf(result: VideoResult): string {
  const { input, output, clip, modelId, kind, frames, resumedFrames, shots, timeMs, stageMs, framesPerSecond } = result;
  const made = frames - resumedFrames;
  const facts = [
    ["clip", `${input}: ${clip.width}x${clip.height}, ${clip.codec}, ${clip.averageFrameRate.toFixed(3)} frames/s`],
    ["output", `${output}: ${result.width}x${result.height}`],
    ["model", `${modelId} at ${result.inputWidth}x${result.inputHeight}`],
    ["frames", `${frames}${resumedFrames > 0 ? `, ${resumedFrames} of them from an earlier run` : ""}`],
    ["time", `${formatDuration(timeMs)}, ${framesPerSecond.toFixed(1)} frames/s`],
  ];
  const { flicker } = result;
  if (flicker)
    facts.push([
      "flicker",
      `${flicker.percent.toFixed(2)} %; of the frames each by itself ${flicker.perFramePercent.toFixed(2)} %`,
    ]);
  const unit = kind === "metric" ? "metres" : "relative";
  const shotRows = shots.map(({ fromSeconds, toSeconds, frames: count, low, high }, i) => [
    `${i + 1}`,
    clockTime(fromSeconds),
    clockTime(toSeconds),
    `${count}`,
    `${low.toPrecision(4)} to ${high.toPrecision(4)}`,
  ]);
  const stageRows = STAGES.map((stage) => [stage, (stageMs[stage] / Math.max(1, made)).toFixed(1)]);
  return [
    textTable(facts),
    `\n${textTable([["shot", "from", "to", "frames", `shown range, ${unit}`], ...shotRows])}`,
    `\n${textTable([["stage", "ms a frame"], ...stageRows])}`,
    "Stages overlap: their sum is more than the time of a frame.\n",
  ].join("");
}
