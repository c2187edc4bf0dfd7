import { join } from "node:path";
import { paceOf } from "../watch/pace.ts";
import type { RunProgress } from "../watch/progress-text.ts";
import type { RunRecord, StepRecord } from "../watch/records.ts";
import { type Sample, writeSampleSheet } from "../watch/sample-sheet.node.ts";
import { writeRunPage } from "../watch/write-run-page.node.ts";
import type { BatchInputs } from "./batch-inputs.ts";
import { appendRecord } from "./metrics-file.node.ts";
import type { StagePlan } from "./stage-plan.ts";
import { STAGE_FILES } from "./stage-state.node.ts";

/** Tells of a stage while it runs: to its metrics file, its page and whoever listens. */
export interface Reporter {
  tell(record: RunRecord): Promise<void>;
  /** Keeps pictures of a batch with what the network said of them. */
  showBatch(step: number, batch: BatchInputs, prediction: Float32Array): Promise<void>;
  /** Writes the page again, unless that was a moment ago. */
  refresh(): Promise<void>;
  /** Writes the page a last time. @param error why the stage stopped before its end */
  end(isFinished: boolean, error?: string): Promise<void>;
}

/** The page is written at most this often, ... */
const PAGE_EVERY_MS = 10_000;
/** ... and so much more seldom as it gets slow to make: a hundredth of the time at most goes into it. */
const PAGE_SHARE = 0.01;
/** Pictures of each part of a batch on a sheet. */
const SHOWN = 2;
/** Steps that the pace is taken over. */
const RECENT = 50;

/** Opens the reports of a stage in its folder. @param end the step that this run goes to */
export function createReporter(
  plan: StagePlan,
  folder: string,
  end: number,
  onProgress: ((progress: RunProgress) => void) | undefined,
): Reporter {
  const { name, stage, config } = plan;
  const recent: StepRecord[] = [];
  let nextPage = Number.NEGATIVE_INFINITY;
  const writePage = async (state: "running" | "stopped" | "finished", error?: string): Promise<void> => {
    const started = performance.now();
    await writeRunPage(folder, { totalSteps: stage.steps, config, state, ...(error !== undefined && { error }) });
    const now = performance.now();
    nextPage = now + Math.max(PAGE_EVERY_MS, (now - started) / PAGE_SHARE);
  };
  const refresh = async (): Promise<void> => {
    if (performance.now() >= nextPage) await writePage("running");
  };
  return {
    refresh,
    end: (isFinished, error) => writePage(isFinished ? "finished" : "stopped", error),
    showBatch: (step, batch, prediction) => writeSampleSheet(folder, step, samplesOf(plan, batch, prediction)),
    async tell(record) {
      await appendRecord(join(folder, STAGE_FILES.metrics), record);
      if (record.kind === "step") recent.push(record);
      if (recent.length > RECENT) recent.shift();
      const { imagesPerSecond = 0, remainingMs = 0 } = paceOf(recent, end) ?? {};
      onProgress?.({ stage: name, record, steps: stage.steps, imagesPerSecond, remainingMs });
      await refresh();
    },
  };
}

/** The first pictures of both parts of a batch. */
function samplesOf(
  { labelled, unlabelled }: StagePlan,
  { inputs, size }: BatchInputs,
  prediction: Float32Array,
): readonly Sample[] {
  const { width, height } = size;
  const plane = width * height;
  const part = (kind: "labelled" | "unlabelled", count: number, offset: number): Sample[] =>
    Array.from({ length: Math.min(SHOWN, count) }, (_, i) => {
      const of = (name: "target" | "mask") =>
        inputs[`${kind}.${name}`]?.subarray(i * plane, (i + 1) * plane) as Float32Array;
      return {
        ...{ width, height, target: of("target"), mask: of("mask") },
        pixels: inputs[`${kind}.pixels`]?.subarray(3 * i * plane, 3 * (i + 1) * plane) as Float32Array,
        estimate: prediction.subarray((offset + i) * plane, (offset + i + 1) * plane),
      };
    });
  return [...part("labelled", labelled, 0), ...part("unlabelled", unlabelled?.count ?? 0, labelled)];
}
