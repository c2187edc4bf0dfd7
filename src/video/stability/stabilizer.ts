import type { Affine } from "../../geometry/least-squares.ts";
import type { Image } from "../../image/image.ts";
import { DepthError } from "../../util/errors.ts";
import type { Stabilizer } from "../video-types.ts";
import { alignToReference } from "./align-to-reference.ts";
import { alignmentCells } from "./alignment-cells.ts";
import { blendAlongMotion, scaleAndShift } from "./blend-along-motion.ts";
import { type ClipStatistics, createStatisticsCollector } from "./clip-statistics.ts";
import type { DepthPlane } from "./depth-plane.ts";
import { lumaPyramid } from "./luma-pyramid.ts";
import { createCutDetector } from "./shot-cuts.ts";
import { createShotRange, mapRange } from "./shot-range.ts";

/** Options of `createStabilizer`. */
export interface StabilizerOptions {
  /** What the numbers mean: maps in metres are smoothed, but neither scaled nor shifted. Default `disparity`. */
  readonly kind?: "disparity" | "metric";
  /** Smoothing in time, 0 (none) to 1. Default 0.6. */
  readonly strength?: number;
  /** Bring every frame to the scale and shift of its shot. Default: for disparity; never for metric maps. */
  readonly align?: boolean;
  /** Of a first pass over the same frames with the same options: cuts and ranges are then known from the start. */
  readonly statistics?: ClipStatistics;
}

/** A stabilizer that can tell what it saw. */
export interface ClipStabilizer extends Stabilizer {
  /** Of the frames so far; serves as `StabilizerOptions.statistics` of a second pass. */
  statistics(): ClipStatistics;
}

/** Width of the picture in which motion is searched. */
const MOTION_WIDTH = 128;
const SMALLEST_MOTION_SIDE = 16;

/** How much of a frame's scale and shift is given back towards the model's own, so that errors of a chain of fits die out. */
const LEAK = 0.02;

/** Tolerance of the smoothing: this many deviations of the alignment's residuals, within these shares of the range. */
const TOLERANCE_DEVIATIONS = 3;
const TOLERANCE_SHARES = [0.01, 0.06] as const;

/**
 * Makes the depth of a clip's frames agree with each other, frame after frame, without looking ahead:
 * 1. cuts divide the clip into shots;
 * 2. motion is searched between the pictures and carries the stable map before to the present frame;
 * 3. disparity is brought to it by a robust scale and shift;
 * 4. the two are mixed where they agree;
 * 5. a shot has one range for its colours, which moves slowly.
 * @throws DepthError `bad-argument` for a strength outside 0..1; `push` for a map whose size and length differ
 */
export function createStabilizer(options: StabilizerOptions = {}): ClipStabilizer {
  const { kind = "disparity", strength = 0.6, statistics } = options;
  const align = kind === "disparity" && (options.align ?? true);
  if (!(strength >= 0 && strength <= 1))
    throw new DepthError("bad-argument", `Smoothing strength is ${strength}; give a number from 0 to 1.`);
  const collector = createStatisticsCollector();
  const knownCuts = statistics && new Set(statistics.shots.map(({ firstFrame }) => firstFrame));
  let cuts = createCutDetector();
  let range = createShotRange();
  let affine: Affine = { scale: 1, shift: 0 };
  let reference: DepthPlane | undefined;
  let frame = 0;
  let shot = -1;
  return {
    statistics: () => collector.result(),
    push: (image, depth) => {
      const { width, height, data } = depth;
      if (data.length !== width * height || data.length === 0)
        throw new DepthError(
          "bad-argument",
          `Frame ${frame} has ${data.length} depths for ${width}x${height} pixels; give one for each.`,
        );
      const resized = reference !== undefined && (reference.width !== width || reference.height !== height);
      if (resized) cuts = createCutDetector();
      const seen = cuts.push(lumaPyramid(image, ...motionSize(image)));
      const isCut = shot < 0 || resized || (knownCuts?.has(frame) ?? seen.kind === "cut");
      if (isCut) {
        shot++;
        affine = { scale: 1, shift: 0 };
        reference = undefined;
        range = createShotRange();
      }
      const flow = seen.kind === "same" ? seen.flow : undefined;
      const fit = align && reference && flow ? alignToReference(alignmentCells(depth, reference, flow)) : undefined;
      if (align) affine = leaked(fit ?? affine);
      const stable = scaleAndShift(data, affine);
      const fixed = statistics?.shots[shot]?.range;
      if (reference && flow && strength > 0) {
        const shown = fixed ?? range.push(undefined);
        const tolerance = toleranceOf(fit?.deviation ?? 0, shown.high - shown.low);
        blendAlongMotion({ width, height, data: stable }, reference, flow, { strength, tolerance });
      }
      // A blank frame says nothing of the scene: the next one is compared with the last that did.
      if (seen.kind !== "blank" || reference === undefined) reference = { width, height, data: stable };
      const own = seen.kind === "blank" && !isCut ? undefined : mapRange(stable);
      collector.push(isCut, own);
      frame++;
      return { data: stable, width, height, range: fixed ?? range.push(own), shot };
    },
  };
}

function leaked({ scale, shift }: Affine): Affine {
  return { scale: scale + LEAK * (1 - scale), shift: shift * (1 - LEAK) };
}

function toleranceOf(deviation: number, span: number): number {
  const [least, most] = TOLERANCE_SHARES;
  return Math.min(Math.max(TOLERANCE_DEVIATIONS * deviation, least * span), most * span);
}

function motionSize({ width, height }: Image): [width: number, height: number] {
  const scale = Math.min(1, MOTION_WIDTH / Math.max(width, height));
  const side = (length: number) => Math.max(SMALLEST_MOTION_SIDE, Math.round(length * scale));
  return [side(width), side(height)];
}
