import { rename, rm, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { DepthError, messageOf, throwIfAborted } from "../../util/errors.ts";
import { createFrameRenderer } from "../render/frame-renderer.node.ts";
import { depthColours } from "../render/palette.ts";
import { createStabilizer } from "../stability/stabilizer.ts";
import type { VideoReader } from "../video-types.ts";
import { type ClipFlicker, createClipFlicker } from "./clip-flicker.ts";
import { openClipJournal, type Segment } from "./clip-journal.node.ts";
import type { ClipOptions } from "./clip-options.ts";
import type { SegmentWriter } from "./clip-output.ts";
import { type ClipPlan, clipOutput, jobOf, partialName, planClip } from "./clip-plan.node.ts";
import { type ClipState, FRESH_CLIP, noteFrame } from "./clip-state.ts";
import { estimatedFrames, readOptions } from "./estimated-frames.ts";
import { firstPass } from "./first-pass.node.ts";
import type { FrameEstimator } from "./frame-estimator.ts";
import type { SoundOutcome } from "./join-segments.node.ts";
import { createPoster, type Poster } from "./poster.node.ts";
import { createStopwatch, type StageTimes } from "./stage-times.ts";

/** What was made of a clip. */
export interface ClipResult {
  readonly plan: ClipPlan;
  readonly state: ClipState;
  readonly sound: SoundOutcome;
  /** Frames that were there already from an interrupted run. */
  readonly resumedFrames: number;
  readonly times: StageTimes;
  /** Of the frames of this run, when it was asked for. */
  readonly flicker?: ClipFlicker;
}

/** The segment in hand. */
interface OpenSegment {
  readonly writer: SegmentWriter;
  readonly path: string;
  readonly times: number[];
  readonly durations: number[];
}

const SEGMENT_FRAMES = 240;

/**
 * Takes a clip through all stages: decoder and scaler, network, stabiliser, renderer, encoder. Frames are decoded and
 * estimated ahead, a few at a time; the rest works on one frame after the other. Finished segments wait in `X.parts`.
 * @throws DepthError as `openVideo`, `createVideoWriter`, `loadModel`; `aborted`
 */
export async function processClip(
  reader: VideoReader,
  output: string,
  estimator: FrameEstimator,
  options: ClipOptions,
): Promise<ClipResult> {
  const { signal, fromSeconds = 0, fps, range, segmentFrames = SEGMENT_FRAMES, onProgress } = options;
  throwIfAborted(signal);
  const { info: clip } = reader;
  const { kind } = estimator.info;
  const plan = planClip(clip, estimator.info, output, options);
  const sink = clipOutput(clip, plan, options);
  const folder = `${output}.parts`;
  const job = await jobOf(clip, plan, estimator.fingerprint, options);
  const journal = await openClipJournal<ClipState>(folder, job, sink.segmentExtension);
  const segments: Segment[] = [...journal.segments];
  let state = journal.state ?? FRESH_CLIP;
  const resumedFrames = state.frames;
  const watch = createStopwatch();
  let open: OpenSegment | undefined;
  let commit = async (): Promise<void> => undefined;

  const beginSegment = async (): Promise<OpenSegment> => {
    const path = journal.segmentPath(segments.length);
    return { writer: await sink.beginSegment(path), path, times: [], durations: [] };
  };

  /** A segment that something could not be written to is not whole any more. */
  const dropSegment = async (error: unknown): Promise<never> => {
    await open?.writer.abort().catch(() => undefined);
    open = undefined;
    throw error;
  };

  /** What there is, under a name that says so. */
  const keepPartial = async (): Promise<string | undefined> => {
    await commit();
    if (segments.length === 0) return undefined;
    const to = join(folder, `joined${extname(output)}`);
    await sink.join(segments, to);
    await replace(to, partialName(output));
    return partialName(output);
  };

  try {
    const steady = { kind, ...(options.smoothing !== undefined && { strength: options.smoothing }) };
    const statistics = options.twoPass
      ? await firstPass(reader, estimator, plan, steady, { folder, watch, options })
      : undefined;
    const stabilizer = createStabilizer({
      ...steady,
      ...(statistics && { statistics }),
      ...(state.stabilizer !== undefined && { state: state.stabilizer }),
    });
    const { network, shown, alignCorners } = plan;
    const renderer = plan.isVideo
      ? createFrameRenderer({ kind, map: network, shown, alignCorners }, options)
      : undefined;
    const flicker = options.measureFlicker ? createClipFlicker(kind) : undefined;
    const poster = posterOf(plan, folder, state.posterTaken, options);
    commit = async () => {
      if (open === undefined) return;
      const { writer, path, times, durations } = open;
      await watch.waiting("write", () => writer.finish()).catch(dropSegment);
      open = undefined;
      const segment = { path, timesSeconds: times, durationsSeconds: durations };
      state = { ...state, stabilizer: stabilizer.state(), posterTaken: poster?.taken ?? 0 };
      await journal.commit(segment, state);
      segments.push(segment);
    };

    const sizes = { network, ...(renderer?.needsFrame && { picture: shown }) };
    const read = readOptions(options, state.nextSeconds);
    const frames = isAtEnd(state, options) ? [] : estimatedFrames(reader, estimator, sizes, read, watch);
    for await (const { timestampSeconds, durationSeconds, small, depth: raw, picture: frame } of frames) {
      throwIfAborted(signal);
      const stable = watch.working("stabilise", () => stabilizer.push(small, raw));
      const depth = range ? { ...stable, range } : stable;
      const picture = renderer && (await watch.waiting("render", () => renderer.render(depth, frame)));
      open ??= await beginSegment();
      const { writer, times, durations } = open;
      const timeSeconds = Math.max(0, timestampSeconds - fromSeconds);
      const whole = { index: state.frames, timeSeconds, durationSeconds, depth, ...(picture && { picture }) };
      await watch.waiting("write", () => writer.add(whole)).catch(dropSegment);
      times.push(timeSeconds);
      durations.push(durationSeconds);
      flicker?.push(small, raw, stable);
      await poster?.offer(timestampSeconds, small, depth);
      const clock = { ticksPerSecond: clip.ticksPerSecond, ...(fps !== undefined && { fps }) };
      state = noteFrame(state, { timestampSeconds, durationSeconds }, depth, clock);
      if (times.length >= segmentFrames) await commit();
      onProgress?.({ stage: "video", done: state.frames, total: plan.frames, unit: "frames", item: clip.path });
    }
    await commit();
    if (segments.length === 0)
      throw new DepthError("bad-file", `${clip.path} has no frames${plan.isCut ? " in the part asked for" : ""}.`);
    const joined = join(folder, `joined${extname(output)}`);
    const sound = await watch.waiting("write", () => sink.join(segments, joined));
    if (options.poster !== undefined) await poster?.write(options.poster);
    await replace(joined, output);
    await rm(partialName(output), { recursive: true, force: true });
    await journal.remove();
    return { plan, state, sound, resumedFrames, times: watch.times(), ...(flicker && { flicker: flicker.result() }) };
  } catch (error) {
    const kept = await keepPartial().catch(() => undefined);
    if (open) await open.writer.abort().catch(() => undefined);
    // There is nothing to go on from, or nowhere to go on to.
    const isClipBad = error instanceof DepthError && error.code === "bad-file";
    if (segments.length === 0 || isClipBad) await journal.remove().catch(() => undefined);
    throw kept === undefined ? error : withPartial(error, kept, state.frames, !isClipBad);
  }
}

function isAtEnd({ nextSeconds }: ClipState, { toSeconds }: ClipOptions): boolean {
  return nextSeconds !== undefined && toSeconds !== undefined && nextSeconds >= toSeconds;
}

function posterOf(plan: ClipPlan, folder: string, taken: number, options: ClipOptions): Poster | undefined {
  if (options.poster === undefined) return undefined;
  const { fromSeconds = 0, as, colormap } = options;
  const { shown, alignCorners, endSeconds: toSeconds, model } = plan;
  const colours = depthColours({ kind: model.kind, grey: as === "grey", ...(colormap && { colormap }) });
  return createPoster({ folder, fromSeconds, toSeconds, size: shown, colours, alignCorners, taken });
}

/** Gives a file or folder its name; what had it goes, a file at the same moment. */
async function replace(from: string, to: string): Promise<void> {
  try {
    if ((await stat(from)).isDirectory()) await rm(to, { recursive: true, force: true });
    await rename(from, to);
  } catch (error) {
    throw new DepthError("io", `Cannot give ${to} its name: ${messageOf(error)}`, { cause: error });
  }
}

function withPartial(error: unknown, path: string, frames: number, canGoOn: boolean): DepthError {
  const code = error instanceof DepthError ? error.code : "bad-state";
  const how = canGoOn ? "; the same command goes on from there." : ".";
  return new DepthError(code, `${messageOf(error)} The ${frames} frames before are in ${path}${how}`, { cause: error });
}
