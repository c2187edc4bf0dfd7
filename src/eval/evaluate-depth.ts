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
  readonly job: ScoreJob;
  readonly pairs: PixelPairs;
  readonly frame: Pick<ImageScore, "index" | "id" | "sequence">;
  /** Its flicker. */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * Scores a predictor on pictures with depth under a protocol. Samples are read a few ahead and let go once scored; for an
 * alignment per sequence the pixel pairs of one clip are kept.
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
  const wantsFlicker = extraMetrics.includes("flicker") && dataset.sequenceOf !== undefined;
  let flicker: { readonly sequence: string | undefined; readonly clip: ClipFlicker } | undefined;
  let clip: WaitingFrame[] = [];
  const takeClip = (): readonly ImageScore[] => {
    const frames = clip;
    clip = [];
    return frames.length > 0 ? scoreClip(frames) : [];
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
        // Before anything is waited for: frames come here in order.
        if (picture !== undefined && flicker?.sequence !== sequence)
          flicker = { sequence, clip: createClipFlicker(predictor.kind) };
        const changes = picture
          ? (flicker?.clip.push(picture, atSizeOf(prediction, size, protocol), truth, size) ?? {})
          : {};
        const known = options.done?.get(index);
        if (known !== undefined) return [known];
        if (protocol.alignment.per === "image") return [{ ...frame, ...withChanges(await work.score(job), changes) }];
        // A clip whose last frame was left out ends with the first frame of the next.
        const before = clip[0]?.frame.sequence === sequence ? [] : takeClip();
        clip.push({ job, pairs: gatherFrame(job), frame, changes });
        return lastOfClip.has(index) ? [...before, ...takeClip()] : before;
      },
    },
    wantsFlicker ? withPredecessors(options, indices, sequenceOf) : options,
  );
  const rest = takeClip();
  if (rest.length > 0) await options.onScores?.(rest);
  const inOrder = [...scores, ...rest].sort((a, b) => a.index - b.index);
  return summarise(predictor, target, protocol, inOrder, profile);
}

function withChanges(score: FrameScore, changes: Readonly<Record<string, number>>): FrameScore {
  return score.metrics === undefined ? score : { ...score, metrics: { ...score.metrics, ...changes } };
}

/** A run that goes on needs the frame before its first one once more, for flicker; its score is not told again. */
function withPredecessors(
  options: EvaluateOptions,
  indices: readonly number[],
  sequenceOf: (index: number | undefined) => string | undefined,
): EvaluateOptions {
  const { done, onScores } = options;
  if (done === undefined || done.size === 0) return options;
  const again = indices.filter((index, i) => {
    const next = indices[i + 1];
    return done.has(index) && next !== undefined && !done.has(next) && sequenceOf(next) === sequenceOf(index);
  });
  return {
    ...options,
    done: new Map([...done].filter(([index]) => !again.includes(index))),
    ...(onScores && {
      onScores: async (scores: readonly ImageScore[]) => {
        const fresh = scores.filter(({ index }) => !done.has(index));
        if (fresh.length > 0) await onScores(fresh);
      },
    }),
  };
}

/** Scores the frames of a clip with one scale and shift for all. */
function scoreClip(frames: readonly WaitingFrame[]): readonly ImageScore[] {
  const { job, frame } = frames[0] as WaitingFrame;
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
  return frames.map(({ frame: own, job: ownJob, pairs, changes }) => ({
    ...own,
    ...withChanges(
      scoreAligned(ownJob, pairs, () => affine),
      changes,
    ),
  }));
}
