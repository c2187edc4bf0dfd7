import type { Command } from "commander";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { formatDuration } from "../util/duration.ts";
import { DepthError, messageOf, throwIfAborted } from "../util/errors.ts";
import type { Progress } from "../util/progress.ts";
import { estimateVideo, type VideoResult } from "../video/estimate-video.node.ts";
import { openEstimator } from "../video/pipeline/open-estimator.node.ts";
import type { CommandContext } from "./command-context.ts";
import { loadArguments } from "./model-options.ts";
import { createProgressLine, type ProgressLine } from "./progress-line.ts";
import { addVideoOptions, clipOptionsOf, type VideoCommandOptions } from "./video-options.ts";
import { planVideoOutputs } from "./video-outputs.ts";
import { videoReport } from "./video-report.ts";

const NOTES = `
Files go by their endings: .mp4 .mov .webm .mkv for video, .npz for one NumPy archive. --format png16 and --format npy
write a folder with a file for each frame and timestamps.json. A run that was interrupted leaves X.partial.mp4 to look at
and goes on from there when the same command is given again (its work lies in X.mp4.parts until then).`;

/** `depth-anything video <clips...>`. */
export function define(command: Command, context: CommandContext): void {
  addVideoOptions(command)
    .addHelpText("after", NOTES)
    .action((clips: readonly string[], options: VideoCommandOptions) => video(clips, options, context));
}

async function video(
  clips: readonly string[],
  options: VideoCommandOptions,
  { signal }: CommandContext,
): Promise<void> {
  const plans = planVideoOutputs(clips, options);
  const line = createProgressLine();
  const results: VideoResult[] = [];
  const failures: { readonly input: string; readonly error: unknown }[] = [];
  const estimator = await openEstimator(...loadArguments(options.model, options, { signal, line }));
  try {
    for (const [number, { input, output, poster }] of plans.entries()) {
      throwIfAborted(signal);
      const prefix = plans.length > 1 ? `${number + 1} of ${plans.length}: ` : "";
      const settings = { ...clipOptionsOf(options), ...(poster !== undefined && { poster }), model: estimator, signal };
      try {
        const result = await estimateVideo(input, output, { ...settings, onProgress: frameProgress(line, prefix) });
        results.push(result);
        line.clear();
        if (result.sound === "left-out")
          process.stderr.write(`${input}: its sound (${result.clip.audio?.codec}) cannot go into ${output}.\n`);
        if (!options.json) process.stdout.write(`${input} -> ${output}\n`);
      } catch (error) {
        if (signal.aborted) {
          line.clear();
          if (error instanceof DepthError) process.stderr.write(`${error.message}\n`);
          throw error;
        }
        failures.push({ input, error });
      }
    }
  } finally {
    line.clear();
    await estimator.close();
  }
  if (options.report !== undefined) await writeFileAtomic(options.report, videoReport(options.report, results));
  if (options.json) {
    const plain = failures.map(({ input, error }) => ({
      ...{ input, code: error instanceof DepthError ? error.code : "unexpected", message: messageOf(error) },
    }));
    process.stdout.write(`${JSON.stringify({ results, failures: plain }, null, 2)}\n`);
  }
  if (failures.length === 0) return;
  process.exitCode = 1;
  process.stderr.write(`${failures.length} of ${plans.length} failed:\n`);
  for (const { error } of failures) process.stderr.write(`  ${messageOf(error)}\n`);
}

/** `walk.mp4 1234 of 5400 frames, 24.1 frames/s, 2 min 53 s left`. */
function frameProgress(line: ProgressLine, prefix: string): (progress: Progress) => void {
  let first: { readonly done: number; readonly at: number } | undefined;
  return ({ stage, done, total = done, item = "" }) => {
    const now = performance.now();
    if (first === undefined || done < first.done) first = { done, at: now };
    const rate = (done - first.done) / Math.max(1, now - first.at);
    const left =
      rate > 0 ? `, ${(rate * 1000).toFixed(1)} frames/s, ${formatDuration((total - done) / rate)} left` : "";
    const pass = stage === "video" ? "" : `, ${stage}`;
    line.show(`${prefix}${item}${pass} ${done} of ${Math.max(done, total)} frames${left}`);
  };
}
