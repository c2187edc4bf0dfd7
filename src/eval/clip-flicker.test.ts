import { describe, expect, it } from "vitest";
import { proceduralClips } from "../data/procedural/clip.ts";
import { proceduralDataset } from "../data/procedural/scene.ts";
import { disparityOf } from "../data/sample.ts";
import { evaluateDepth } from "./evaluate-depth.ts";
import type { ImageScore } from "./evaluation.ts";
import { evaluationsCsv, evaluationTable } from "./format-evaluation.ts";
import type { Predictor } from "./predictors/predictor.ts";
import { presetProtocol } from "./presets.ts";

const dataset = proceduralClips(2, 4, 3, { width: 96, height: 54 });
const target = { dataset, type: "procedural-clips" };
const midas = presetProtocol("midas", { truth: "depth-metres", limits: { capMetres: 80, crop: "none" } });
const perClip = { ...midas, alignment: { ...midas.alignment, per: "sequence" } } as const;

/** Knows the truth; every second frame is a tenth too large. */
function oracle(jitter: number, kind: Predictor["kind"] = "disparity", of = dataset): Predictor {
  return {
    ...{ name: "oracle", kind, summary: "knows the truth", fingerprint: "1" },
    prepare: async ({ id, image: { width, height } }) => {
      const index = Array.from({ length: of.length }, (_, i) => of.idOf(i)).indexOf(id);
      const { truth } = await of.get(index);
      const factor = 1 + jitter * (index % 2);
      const data = disparityOf(truth).map((disparity) => factor * disparity);
      const values = kind === "metric" ? data.map((disparity) => Math.min(1e4, 1 / disparity)) : data;
      return async () => ({ width, height, data: values, upsample: "half_pixel" });
    },
  };
}

const flickerOf = (images: readonly ImageScore[]) => images.map(({ metrics }) => metrics?.flicker);

describe("flicker in an evaluation", () => {
  it.each([
    ["a fit a picture", midas],
    ["a fit a clip", perClip],
  ])("stands beside the accuracy, for every frame with one before it: %s", async (_, protocol) => {
    const options = { extraMetrics: ["flicker"] as const };
    const steady = await evaluateDepth(oracle(0), target, protocol, options);
    const jittery = await evaluateDepth(oracle(0.1), target, protocol, options);
    expect(flickerOf(jittery.images).map((value) => value !== undefined)).toEqual(
      [0, 1, 1, 1, 0, 1, 1, 1].map(Boolean),
    );
    expect(steady.mean.truthFlicker).toBeLessThan(1);
    expect(jittery.mean.truthFlicker).toBeGreaterThan(2);
    expect(jittery.mean.flicker).toBeGreaterThan((steady.mean.flicker ?? 0) + 2);
    // A fit a picture takes the jitter out of the accuracy, not out of the flicker.
    if (protocol === midas) expect(jittery.mean.absRel).toBeLessThan(1e-3);
    expect(evaluationTable([jittery])).toMatch(/Flicker %/);
    expect(evaluationsCsv([jittery]).split("\n")[0]).toMatch(/flicker,truthFlicker/);
  });

  it("of metres is that of inverse depth", async () => {
    const options = { extraMetrics: ["flicker"] as const };
    const metric = await evaluateDepth(oracle(0.1, "metric"), target, midas, options);
    const disparity = await evaluateDepth(oracle(0.1), target, midas, options);
    expect(metric.mean.flicker).toBeCloseTo(disparity.mean.flicker as number, 1);
  });

  it.each([3, 4, 6])("is the same after an interruption behind frame %d", async (count) => {
    const steps: ImageScore[] = [];
    const options = { extraMetrics: ["flicker"] as const };
    const whole = await evaluateDepth(oracle(0.1), target, midas, options);
    const done = new Map(whole.images.slice(0, count).map((score) => [score.index, score]));
    const onScores = async (scores: readonly ImageScore[]) => void steps.push(...scores);
    const resumed = await evaluateDepth(oracle(0.1), target, midas, { ...options, done, onScores });
    expect(resumed.images).toEqual(whole.images);
    // Nothing is told twice: a journal would grow.
    expect(steps.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].slice(count));
  });

  it("is nothing for single pictures", async () => {
    const single = proceduralDataset(2, 5, { width: 64, height: 48 });
    const { images } = await evaluateDepth(
      oracle(0, "disparity", single),
      { dataset: single, type: "procedural" },
      midas,
      { extraMetrics: ["flicker"] },
    );
    expect(flickerOf(images)).toEqual([undefined, undefined]);
  });
});
