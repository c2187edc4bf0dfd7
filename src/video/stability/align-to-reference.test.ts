import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { alignToReference } from "./align-to-reference.ts";
import { expectedChange, extendAlignment, type ShotAlignment, UNALIGNED } from "./shot-alignment.ts";

const COUNT = 600;
const random = createRandom(3);
const truth = Float32Array.from({ length: COUNT }, () => random.uniform(1, 5));
const ones = new Float32Array(COUNT).fill(1);

describe("the alignment of a frame", () => {
  it("finds scale and shift although a fifth of the cells moved", () => {
    const values = truth.map((value) => 0.7 * value - 0.4 + 0.01 * random.normal());
    const reference = truth.map((value, i) => (i % 5 === 0 ? value + random.uniform(1, 4) : value));
    const fit = alignToReference({ values, reference, weights: ones });
    expect(fit?.scale).toBeCloseTo(1 / 0.7, 1);
    expect((fit?.scale ?? 0) * (0.7 * 3 - 0.4) + (fit?.shift ?? 0)).toBeCloseTo(3, 1);
  });

  it("does not shrink noisy maps, frame after frame", () => {
    const noisy = () => truth.map((value) => value + 0.5 * random.normal());
    let product = 1;
    for (let i = 0; i < 30; i++)
      product *= alignToReference({ values: noisy(), reference: noisy(), weights: ones })?.scale ?? 0;
    // Least squares would end below 0.15.
    expect(product).toBeGreaterThan(0.7);
    expect(product).toBeLessThan(1.4);
  });

  it.each([
    ["a constant map", new Float32Array(COUNT).fill(2), truth, ones],
    ["a constant reference", truth, new Float32Array(COUNT).fill(2), ones],
    ["maps that have nothing to do with each other", truth.map(() => random.next()), truth, ones],
    ["a map turned inside out", truth.map((value) => -value), truth, ones],
    ["a scale beyond reason", truth.map((value) => value / 10), truth, ones],
    ["no trusted cells", truth, truth, new Float32Array(COUNT)],
    ["maps that are not finite", new Float32Array(COUNT).fill(Number.NaN), truth, ones],
  ])("gives up on %s", (_, values, reference, weights) => {
    expect(alignToReference({ values, reference, weights })).toBeUndefined();
  });
});

describe("the alignment of a shot", () => {
  /** Frames of a scene that grows by `growth` a frame, estimated with jitter; what comes out is the next reference. */
  const follow = (growth: number, jitter: (frame: number) => number): readonly number[] => {
    let alignment: ShotAlignment = UNALIGNED;
    let stable = truth;
    return Array.from({ length: 60 }, (_, frame) => {
      const values = truth.map((value) => value * growth ** (frame + 1) * jitter(frame));
      const fit = alignToReference({ values, reference: stable, weights: ones });
      alignment = extendAlignment(alignment, fit);
      stable = values.map((value) => alignment.scale * value + alignment.shift);
      return (stable[7] as number) / ((truth[7] as number) * growth ** (frame + 1));
    });
  };

  it("takes jitter away", () => {
    const scales = follow(1, (frame) => (frame % 2 === 0 ? 1.1 : 0.9));
    const steps = scales.slice(1).map((scale, i) => Math.abs(Math.log(scale / (scales[i] as number))));
    // A quarter of the jumps of 20 % that went in; and no creeping away.
    expect(Math.max(...steps.slice(5))).toBeLessThan(0.05);
    expect(Math.max(...scales) / Math.min(...scales)).toBeLessThan(1.25);
  });

  it("leaves motion along the view as it is", () => {
    const scales = follow(1.02, () => 1).slice(20);
    expect(Math.min(...scales)).toBeGreaterThan(0.9);
    expect(Math.max(...scales)).toBeLessThan(1.1);
    expect(Math.max(...scales) / Math.min(...scales)).toBeLessThan(1.05);
  });

  it("comes back to the model's own scale and shift where nothing can be fitted", () => {
    let alignment: ShotAlignment = { ...UNALIGNED, scale: 1.5, shift: -1, trendLog: 0.01 };
    for (let i = 0; i < 60; i++) alignment = extendAlignment(alignment, undefined);
    expect(alignment.scale).toBeCloseTo(1, 2);
    expect(alignment.shift).toBeCloseTo(0, 2);
    expect(expectedChange(alignment, undefined)).toEqual({ scale: 1, shift: 0 });
  });
});
