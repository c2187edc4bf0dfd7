import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { throwIfAborted } from "../../util/errors.ts";
import type { ClipStatistics } from "../stability/clip-statistics.ts";
import { createStabilizer, type StabilizerOptions } from "../stability/stabilizer.ts";
import type { VideoReader } from "../video-types.ts";
import type { ClipOptions } from "./clip-options.ts";
import type { ClipPlan } from "./clip-plan.node.ts";
import { estimatedFrames, readOptions } from "./estimated-frames.ts";
import type { FrameEstimator } from "./frame-estimator.ts";
import type { Stopwatch } from "./stage-times.ts";

/**
 * Goes over a clip for its cuts and ranges, which the second pass then knows from the start. They are kept in the folder of
 * the unfinished output; an interrupted first pass begins anew.
 */
export async function firstPass(
  reader: VideoReader,
  estimator: FrameEstimator,
  plan: ClipPlan,
  stabilizerOptions: StabilizerOptions,
  { folder, watch, options }: { readonly folder: string; readonly watch: Stopwatch; readonly options: ClipOptions },
): Promise<ClipStatistics> {
  const path = join(folder, "statistics.json");
  const known = await readFile(path, "utf8").catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as ClipStatistics;
  const stabilizer = createStabilizer(stabilizerOptions);
  const { signal, onProgress } = options;
  const read = readOptions(options);
  let done = 0;
  for await (const { small, depth } of estimatedFrames(reader, estimator, { network: plan.network }, read, watch)) {
    throwIfAborted(signal);
    watch.working("stabilise", () => stabilizer.push(small, depth));
    onProgress?.({ stage: "first pass", done: ++done, total: plan.frames, unit: "frames", item: reader.info.path });
  }
  const statistics = stabilizer.statistics();
  await writeFileAtomic(path, JSON.stringify(statistics));
  return statistics;
}
