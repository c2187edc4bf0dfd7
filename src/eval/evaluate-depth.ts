import type { DepthSample } from "../data/sample.ts";
import { DepthError } from "../util/errors.ts";
import { type ClipFlicker, createClipFlicker, flickerPicture } from "./clip-flicker.ts";
import { cropSample } from "./crop-sample.ts";
import { checkComparable, type EvalTarget, explicitProtocol, framesToScore, summarise } from "./eval-target.ts";
import type { Evaluation, ImageScore } from "./evaluation.ts";
import type { ExtraMetric } from "./extra-metrics.ts";
import type { Predictor } from "./predictors/predictor.ts";
import type { Protocol } from "./protocol.ts";
import { fitPairs, type PixelPairs } from "./score-image.ts";
import { type ScoreLoopOptions, scoreLoop } from "./score-loop.ts";
import { inlineWork } from "./work/eval-work.ts";
import { atSizeOf, type FrameScore, gatherFrame, type ScoreJob, scoreAligned } from "./work/score-frame.ts";

/** Options of `evaluateDepth`. */
export interface EvaluateOptions extends ScoreLoopOptions {
  /** Default: none. */
  readonly extraMetrics?: readonly ExtraMetric[];
}

/** More pixel pairs of one clip are refused rather than kept in memory: 1.5 GB. */
const MAX_CLIP_PIXELS = 1.25e8;

/** A frame whose clip has not ended. */
interface WaitingFrame {
  readonly frame: Pick<ImageScore, "index" | "id" | "sequence">;
  /** What it still waits for: the fit of its clip, or only the flicker of it. */
  readonly unaligned?: { readonly job: ScoreJob; readonly pairs: PixelPairs };
  readonly score?: Promise<FrameScore>;
}

/**
 * Scores a predictor on pictures with depth under a protocol. Samples are read a few ahead and let go once scored; for an
 * alignment per sequence the pixel pairs of one clip are kept. Scores become final clip by clip where that is needed: for
 * such an alignment, and for flicker.
 * @throws DepthError `bad-argument` for a protocol that does not fit the dataset; of the dataset and the predictor;
 *   `too-large` for a clip of more than 125 million valid pixels; `aborted`
 */
export async function evaluateDepth(
  predictor: Predictor,
  target: EvalTarget,
  given: Protocol,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const protocol = explicitProtocol(given, predictor);
  checkComparable(predictor, protocol);
  const { dataset, medianMetres } = target;
  const { work = inlineWork, extraMetrics = [], limit } = options;
  const indices = framesToScore(dataset, protocol, limit);
  const sequenceOf = (index: number | undefined) => (index === undefined ? undefined : dataset.sequenceOf?.(index));
  const lastOfClip = new Set(indices.filter((index, i) => sequenceOf(indices[i + 1]) !== sequenceOf(index)));
  const perClip = protocol.alignment.per === "sequence";
  const wantsFlicker = extraMetrics.includes("flicker") && dataset.sequenceOf !== undefined;
  let clip: WaitingFrame[] = [];
  let flicker: ClipFlicker | undefined;
  // Begins before it first waits: frames that come meanwhile belong to the next clip.
  const takeClip = async (): Promise<readonly ImageScore[]> => {
    const frames = clip;
    const changes = flicker?.finish() ?? [];
    [clip, flicker] = [[], undefined];
    if (frames.length === 0) return [];
    const scores: readonly (ImageScore | undefined)[] = perClip ? scoreClip(frames) : await scoresOf(frames);
    return scores.flatMap((score, i) => {
      if (score?.metrics === undefined) return score ?? [];
      return { ...score, metrics: { ...score.metrics, ...changes[i] } };
    });
  };
  const { scores, profile } = await scoreLoop(
    dataset,
    indices,
    {
      prepare: async (full: DepthSample, index) => {
        const { image, truth } = cropSample(full, protocol);
        const predict = await predictor.prepare({ id: dataset.idOf(index), image }, protocol, work);
        // The picture itself is not needed any more.
        const picture = wantsFlicker ? flickerPicture(image) : undefined;
        return { predict, truth, size: { width: image.width, height: image.height }, picture };
      },
      predict: ({ predict }) => predict(),
      score: async ({ truth, size, picture }, prediction, index) => {
        const job = { ...{ prediction, kind: predictor.kind, truth, size, protocol, medianMetres, extraMetrics } };
        const sequence = sequenceOf(index);
        const frame = { index, id: dataset.idOf(index), ...(sequence !== undefined && { sequence }) };
        if (!perClip && !wantsFlicker) return [{ ...frame, ...(await work.score(job)) }];
        // A clip whose last frame was left out ends with the first frame of the next.
        const before = clip[0]?.frame.sequence === sequence ? [] : takeClip();
        const score = perClip ? undefined : work.score(job);
        clip.push(score ? { frame, score } : { frame, unaligned: { job, pairs: gatherFrame(job) } });
        if (picture !== undefined) {
          flicker ??= createClipFlicker(predictor.kind);
          flicker.push(picture, atSizeOf(prediction, size, protocol), truth, size);
        }
        const after = lastOfClip.has(index) ? takeClip() : [];
        const [first, second] = await Promise.all([before, after, score]);
        return [...first, ...second];
      },
    },
    options,
  );
  const rest = await takeClip();
  if (rest.length > 0) await options.onScores?.(rest);
  const inOrder = [...scores, ...rest].sort((a, b) => a.index - b.index);
  return summarise(predictor, target, protocol, inOrder, profile);
}

/** Scores of frames that are aligned one by one; none for a frame that failed, which was told already. */
function scoresOf(frames: readonly WaitingFrame[]): Promise<readonly (ImageScore | undefined)[]> {
  const whole = ({ frame, score }: WaitingFrame) => score?.then((own) => ({ ...frame, ...own })).catch(() => undefined);
  return Promise.all(frames.map(whole));
}

/** Scores the frames of a clip with one scale and shift for all. */
function scoreClip(waiting: readonly WaitingFrame[]): readonly ImageScore[] {
  const frames = waiting.flatMap(({ frame, unaligned }) => (unaligned ? [{ frame, ...unaligned }] : []));
  const { job, frame } = frames[0] as (typeof frames)[number];
  const pixels = frames.reduce((sum, { pairs }) => sum + pairs.truth.length, 0);
  if (pixels > MAX_CLIP_PIXELS)
    throw new DepthError(
      "too-large",
      `Clip ${frame.sequence} has ${pixels} valid pixels, over the limit of ${MAX_CLIP_PIXELS}; lower --max-frames.`,
    );
  const join = (key: "prediction" | "truth"): Float32Array => {
    const out = new Float32Array(pixels);
    let at = 0;
    for (const { pairs } of frames) {
      out.set(pairs[key], at);
      at += pairs[key].length;
    }
    return out;
  };
  const all = { prediction: join("prediction"), truth: join("truth") };
  const affine = fitPairs(all, { prediction: job.kind, truth: job.truth.kind }, job.protocol);
  return frames.map((one) => ({ ...one.frame, ...scoreAligned(one.job, one.pairs, () => affine) }));
}
