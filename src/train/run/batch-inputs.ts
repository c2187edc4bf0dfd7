import type { Size } from "../../image/resize-rule.ts";
import { createRandom } from "../../util/random.ts";
import type { SkippedPicture } from "../examples/bad-pictures.ts";
import { cutMix } from "../examples/cut-mix.ts";
import { loadBatches, loadUnlabelled, type UnlabelledBatch } from "../examples/loader.ts";
import { sizeInTurn } from "../examples/size-in-turn.ts";
import type { StepInputs } from "../step/training-step.ts";
import type { FeatureEncoder, PseudoLabeller } from "./pseudo-labels.ts";
import type { StagePlan } from "./stage-plan.ts";

/** The pictures of one batch, ready for the training step. */
export interface BatchInputs {
  /** Of every picture of the batch; one of the plan's own. */
  readonly size: Size;
  readonly inputs: StepInputs;
  /** Where the pictures came from, labelled ones first. */
  readonly sources: readonly string[];
  /** Pictures that could not be used. */
  readonly skipped: readonly SkippedPicture[];
  /** Time spent waiting for pictures. */
  readonly waitMs: number;
}

/** What turns pictures into inputs, and which batches are wanted. */
export interface InputOptions {
  readonly teacher?: PseudoLabeller | undefined;
  readonly frozen?: FeatureEncoder | undefined;
  /** Numbers of the first batch and of the one to stop before. */
  readonly start: number;
  readonly end: number;
}

/** Keeps the random rectangles of CutMix apart from the other random numbers of a batch. */
const CUT_MIX = 0xc07;

/**
 * The batches of a stage in order. Every random number in them hangs on the seed and the batch's number, so that a run
 * that goes on from a checkpoint sees what it would have seen.
 * @throws DepthError as `loadBatches`
 */
export async function* batchInputs(plan: StagePlan, options: InputOptions): AsyncGenerator<BatchInputs, void> {
  const { config, stage, sizes, labelled, unlabelled } = plan;
  const { seed, workers, maxBadShare } = config;
  const { start, end, teacher, frozen } = options;
  const common = { seed, workers, maxBadShare, sizes, startStep: start, endStep: end };
  const known =
    labelled > 0
      ? loadBatches({
          ...common,
          datasets: config.labelled,
          batchSize: labelled,
          augment: { ...stage.augment, ...(plan.maxMetres !== undefined && { maxMetres: plan.maxMetres }) },
        })
      : undefined;
  const unknown =
    unlabelled &&
    loadUnlabelled({
      ...{ ...common, datasets: unlabelled.sets, batchSize: unlabelled.count },
      view: unlabelled.student.unlabelledView,
      strong: unlabelled.student.perturbation,
      withTargets: unlabelled.student.labels === "files",
    });
  try {
    for (let batch = start; batch < end; batch++) {
      const asked = performance.now();
      const [ours, others] = await Promise.all([known?.next(), unknown?.next()]);
      const waitMs = performance.now() - asked;
      const size = sizeInTurn(sizes, batch);
      const inputs: Partial<Record<keyof StepInputs, Float32Array>> = {};
      const sources: string[] = [];
      const skipped: SkippedPicture[] = [];
      if (ours?.value) {
        const { pixels, target, mask } = ours.value;
        Object.assign(inputs, { "labelled.pixels": pixels, "labelled.target": target, "labelled.mask": mask });
        sources.push(...ours.value.sources);
        skipped.push(...ours.value.skipped);
      }
      if (others?.value && unlabelled) {
        const labels = await labelsOf(others.value, teacher, size);
        const random = createRandom(seed, batch, CUT_MIX);
        const mixed = cutMix({ strong: others.value.strong, ...labels }, size, random, unlabelled.student.cutMix);
        Object.assign(inputs, {
          "unlabelled.pixels": mixed.pixels,
          "unlabelled.target": mixed.target,
          "unlabelled.mask": mixed.mask,
          "unlabelled.region": mixed.region,
          // The frozen encoder sees what the student sees: only then do the places of the two belong together.
          ...(frozen && { "unlabelled.features": await frozen.features(mixed.pixels, size) }),
        });
        sources.push(...others.value.sources);
        skipped.push(...others.value.skipped);
      }
      yield { size, inputs, sources, skipped, waitMs };
    }
  } finally {
    await Promise.all([known?.return(), unknown?.return()]);
  }
}

async function labelsOf({ clean, target, mask }: UnlabelledBatch, teacher: PseudoLabeller | undefined, size: Size) {
  if (teacher) return teacher.label(clean, size);
  return { target: target as Float32Array, mask: mask as Float32Array };
}
