import { disparityOf } from "../../src/data/sample.ts";
import { presetProtocol } from "../../src/eval/presets.ts";
import { alignPairs, fitPairs, gatherPairs, type PixelPairs, scorePairs } from "../../src/eval/score-image.ts";
import type { Affine } from "../../src/geometry/least-squares.ts";
import { resampleBilinear } from "../../src/image/resample-bilinear.ts";
import { createClipMotionSearch } from "../../src/video/flicker/clip-motion-search.ts";
import { createFlickerMeter } from "../../src/video/flicker/flicker-meter.ts";
import { temporalAlignmentError } from "../../src/video/flicker/temporal-alignment-error.ts";
import { createTruthFlickerMeter } from "../../src/video/flicker/truth-flicker-meter.ts";
import type { DepthPlane } from "../../src/video/stability/depth-plane.ts";
import type { FlowField } from "../../src/video/stability/optical-flow.ts";
import type { MeasuredClip } from "./clips.ts";

/** What is measured of a method on a clip. */
export interface Measured {
  /** Percent of spread; see `createFlickerMeter`, `createTruthFlickerMeter`, `temporalAlignmentError`. */
  readonly flicker: number;
  readonly truthFlicker: number;
  readonly tae: number;
  /** Every frame aligned on its own. */
  readonly delta1: number;
  readonly absRel: number;
  /** One scale and shift a clip. */
  readonly clipDelta1: number;
  readonly clipAbsRel: number;
}

/** Motion between the pictures of a clip, the same for every method. */
export function estimatedMotion({ frames }: MeasuredClip): readonly (FlowField | undefined)[] {
  const search = createClipMotionSearch();
  return frames.map(({ sample }) => search.push(sample.image));
}

const KINDS = { prediction: "disparity", truth: "depth-metres" } as const;

/** Measures the maps that a method made of a clip. */
export function measure(
  clip: MeasuredClip,
  maps: readonly DepthPlane[],
  motions: readonly (FlowField | undefined)[],
): Measured {
  const protocol = presetProtocol("midas", {
    truth: "depth-metres",
    limits: { capMetres: clip.capMetres, crop: "none" },
  });
  const flicker = createFlickerMeter();
  const truthFlicker = createTruthFlickerMeter();
  const pairs: PixelPairs[] = [];
  const full: Float32Array[] = [];
  for (const [i, { sample, motion }] of clip.frames.entries()) {
    const map = maps[i] as DepthPlane;
    const { width, height } = sample.image;
    const estimate = resampleBilinear(map.data, map, { width, height, alignCorners: false });
    flicker.push(map, motions[i]);
    truthFlicker.push({ estimate, truth: disparityOf(sample.truth), width, height }, motion ?? motions[i]);
    pairs.push(gatherPairs(estimate, sample.truth, sample.image, protocol));
    full.push(estimate);
  }
  const score = (pair: PixelPairs, affine: Affine) => scorePairs(alignPairs(pair, affine, KINDS, protocol));
  const own = pairs.map((pair) => score(pair, fitPairs(pair, KINDS, protocol)));
  const affine = fitPairs(join(pairs), KINDS, protocol);
  const whole = pairs.map((pair) => score(pair, affine));
  const mean = (scores: typeof own, key: "delta1" | "absRel") =>
    scores.reduce((sum, value) => sum + (value?.[key] ?? 0), 0) / scores.length;
  return {
    flicker: flicker.result().percent,
    truthFlicker: truthFlicker.result().percent,
    tae: taeOf(clip, full, affine),
    delta1: mean(own, "delta1"),
    absRel: mean(own, "absRel"),
    clipDelta1: mean(whole, "delta1"),
    clipAbsRel: mean(whole, "absRel"),
  };
}

function taeOf(clip: MeasuredClip, maps: readonly Float32Array[], { scale, shift }: Affine): number {
  if (clip.frames[0]?.pose === undefined) return Number.NaN;
  const floor = 1 / clip.capMetres;
  const posed = clip.frames.flatMap(({ sample, pose }, i) => {
    const depthMetres = (maps[i] as Float32Array).map((value) => 1 / Math.max(floor, scale * value + shift));
    const { width, height } = sample.image;
    return pose && sample.intrinsics ? [{ ...pose, depthMetres, width, height, camera: sample.intrinsics }] : [];
  });
  const known = clip.frames.map(({ sample }) =>
    Uint8Array.from(sample.truth.data, (metres) => (metres < clip.capMetres ? 1 : 0)),
  );
  return temporalAlignmentError(posed, known);
}

function join(pairs: readonly PixelPairs[]): Pick<PixelPairs, "prediction" | "truth"> {
  const count = pairs.reduce((sum, { truth }) => sum + truth.length, 0);
  const all = { prediction: new Float32Array(count), truth: new Float32Array(count) };
  let at = 0;
  for (const { prediction, truth } of pairs) {
    all.prediction.set(prediction, at);
    all.truth.set(truth, at);
    at += truth.length;
  }
  return all;
}
