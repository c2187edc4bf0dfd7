import { DepthError } from "../../util/errors.ts";
import type { Stabilizer } from "../video-types.ts";
import { alignToReference } from "./align-to-reference.ts";
import { alignmentCells } from "./alignment-cells.ts";
import { type ClipStatistics, clipStatistics } from "./clip-statistics.ts";
import { correctionTolerance } from "./correction-tolerance.ts";
import type { DepthPlane } from "./depth-plane.ts";
import { type LumaPyramid, lumaPyramidWithin } from "./luma-pyramid.ts";
import type { FlowField } from "./optical-flow.ts";
import { sampleAlongMotion } from "./sample-along-motion.ts";
import { expectedChange, extendAlignment, type ShotAlignment, UNALIGNED } from "./shot-alignment.ts";
import { relateFrame } from "./shot-cuts.ts";
import { extendRange, mapRange, type ShotRange } from "./shot-range.ts";
import { correctedMap, temporalCorrection } from "./temporal-correction.ts";

/** Options of `createStabilizer`. */
export interface StabilizerOptions {
  /** What the numbers mean: maps in metres are smoothed, but neither scaled nor shifted. Default `disparity`. */
  readonly kind?: "disparity" | "metric";
  /** Smoothing in time, 0 (none) to 1. Default 0.85. */
  readonly strength?: number;
  /** Bring every frame to the scale and shift of its shot. Default: for disparity; never for metric maps. */
  readonly align?: boolean;
  /** Of a first pass over the same frames with the same options: cuts and ranges are then known from the start. */
  readonly statistics?: ClipStatistics;
  /** From `Stabilizer.state` of a stabilizer with the same options: go on behind the frames that it has seen. */
  readonly state?: unknown;
}

/** A stabilizer that can tell what it saw. */
export interface ClipStabilizer extends Stabilizer {
  /** Of the frames so far; serves as `StabilizerOptions.statistics` of a second pass. */
  statistics(): ClipStatistics;
  state(): unknown;
}

/** Everything that later frames depend on; its parts are replaced, never changed, but for the growing lists of `shots`. */
interface State {
  readonly frames: number;
  /** The last frame that was not blank, and the stable map that belongs to it (inverse depth for a metric model). */
  readonly picture: LumaPyramid | undefined;
  readonly reference: DepthPlane | undefined;
  readonly alignment: ShotAlignment;
  readonly range: ShotRange | undefined;
  readonly shots: readonly { readonly firstFrame: number; readonly lows: number[]; readonly highs: number[] }[];
}

const FRESH: State = {
  ...{ frames: 0, picture: undefined, reference: undefined, alignment: UNALIGNED, range: undefined, shots: [] },
};

/** Width or height of the picture in which motion is searched, whichever is larger. */
const MOTION_SIDE = 128;

/**
 * Makes the depth of a clip's frames agree with each other, frame after frame, without looking ahead:
 * 1. cuts divide the clip into shots;
 * 2. motion is searched between the pictures and leads to the stable map of the frame before;
 * 3. disparity is brought to that by a robust scale and shift;
 * 4. a smooth correction takes it towards the map before, where the two agree;
 * 5. a shot has one range for its colours, which moves slowly.
 * @throws DepthError `bad-argument` for a strength outside 0..1; `push` for a map whose size and length differ
 */
export function createStabilizer(options: StabilizerOptions = {}): ClipStabilizer {
  const { kind = "disparity", strength = 0.85, statistics } = options;
  const align = kind === "disparity" && (options.align ?? true);
  if (!(strength >= 0 && strength <= 1))
    throw new DepthError("bad-argument", `Smoothing strength is ${strength}; give a number from 0 to 1.`);
  const knownCuts = statistics && new Set(statistics.shots.map(({ firstFrame }) => firstFrame));
  let last = (options.state as State | undefined) ?? FRESH;

  return {
    state: () => ({
      ...last,
      shots: last.shots.map((shot) => ({ ...shot, lows: [...shot.lows], highs: [...shot.highs] })),
    }),
    statistics: () => clipStatistics(last.frames, last.shots),
    push: (image, depth) => {
      checkMap(depth, last.frames);
      const picture = lumaPyramidWithin(image, MOTION_SIDE);
      const seen = relateFrame(picture, last.picture);
      const hasSize = last.reference?.width === depth.width && last.reference.height === depth.height;
      const isCut = !hasSize || (knownCuts?.has(last.frames) ?? seen.kind === "cut");
      const before: State = isCut ? { ...last, reference: undefined, alignment: UNALIGNED, range: undefined } : last;
      const shots = isCut ? [...last.shots, { firstFrame: last.frames, lows: [], highs: [] }] : last.shots;
      const fixed = statistics?.shots[shots.length - 1]?.range;
      const flow = seen.kind === "same" ? seen.flow : undefined;
      const { stable, alignment } = stabilise(kind === "metric" ? inverted(depth) : depth, before, flow);
      const shown = kind === "metric" ? inverted(stable) : stable;
      // What a frame of black or white is said to be deep tells nothing of the scene.
      const own = seen.kind === "blank" && !isCut ? undefined : mapRange(shown.data);
      const range = own === undefined ? before.range : extendRange(before.range, own);
      if (own !== undefined) {
        shots.at(-1)?.lows.push(own.low);
        shots.at(-1)?.highs.push(own.high);
      }
      const keepsReference = seen.kind === "blank" && !isCut;
      last = {
        ...{ frames: last.frames + 1, alignment, range, shots },
        picture: seen.kind === "blank" ? last.picture : picture,
        reference: keepsReference ? before.reference : stable,
      };
      const { low, high } = fixed ?? range ?? { low: 0, high: 1 };
      return { ...shown, range: { low, high }, shot: shots.length - 1 };
    },
  };

  function stabilise(own: DepthPlane, { reference, alignment: last }: State, flow: FlowField | undefined) {
    const samples = reference && flow && (align || strength > 0) ? sampleAlongMotion(own, reference, flow) : undefined;
    if (samples === undefined || flow === undefined) {
      const alignment = align ? extendAlignment(last, undefined) : last;
      return { stable: correctedMap(own, alignment, undefined), alignment };
    }
    const cells = alignmentCells(samples, flow);
    const fit = alignToReference(cells);
    const next = extendAlignment(last, fit);
    const alignment = align ? next : { ...next, scale: 1, shift: 0 };
    const change = expectedChange(alignment, fit);
    const tolerance = correctionTolerance(cells, alignment, change);
    const correction =
      strength > 0 ? temporalCorrection(samples, flow, { strength, tolerance, alignment, change }) : undefined;
    return { stable: correctedMap(own, alignment, correction), alignment };
  }
}

/** Depth in metres as inverse depth and back: there a difference weighs the same near and far. */
function inverted({ width, height, data }: DepthPlane): DepthPlane {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = 1 / (data[i] as number);
  return { width, height, data: out };
}

function checkMap({ width, height, data }: DepthPlane, frame: number): void {
  if (data.length === width * height && data.length > 0) return;
  throw new DepthError(
    "bad-argument",
    `Frame ${frame} has ${data.length} depths for ${width}x${height} pixels; give one for each.`,
  );
}
