import { describe, expect, it } from "vitest";
import { proceduralScene } from "../../data/procedural/scene.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { createRandom } from "../../util/random.ts";
import { perturbed, unlabelledExample } from "./unlabelled-example.ts";

const view = { width: 40, height: 30 };
const sample = proceduralScene(5, { width: 80, height: 60 });
const quiet = { colour: 0, blur: 0 };

describe("unlabelledExample", () => {
  it("shows the same view twice, alike without perturbation, and clean whatever the perturbation", () => {
    const options = { view, strong: quiet, withTargets: false };
    const { clean, strong, ...rest } = unlabelledExample(sample, createRandom(1), options);
    expect(strong).toEqual(clean);
    expect(rest).toEqual({});
    const loud = unlabelledExample(sample, createRandom(1), { ...options, strong: {} });
    expect(loud.clean).toEqual(clean);
    expect(unlabelledExample(sample, createRandom(1), { ...options, strong: {} })).toEqual(loud);
  });

  it("clean is the picture: cropped and mirrored, its colours untouched", () => {
    const flat = { width: 50, height: 41, data: new Uint8Array(50 * 41 * 3).fill(51), maxValue: 255 } as const;
    const plain = { image: flat, dataset: "d", source: "s" };
    const { clean } = unlabelledExample(plain, createRandom(2), { view, strong: {}, withTargets: false });
    for (let channel = 0; channel < 3; channel++)
      expect(clean[channel * 1200 + 7]).toBeCloseTo(
        (0.2 - (IMAGENET_MEAN[channel] as number)) / (IMAGENET_STD[channel] as number),
        4,
      );
  });

  it("takes targets with the view, the very ones a labelled example would have", () => {
    const options = { view: { ...view, scale: [0.5, 1] as const }, strong: quiet, withTargets: true };
    const red = Float32Array.from({ length: 80 * 60 }, (_, i) => i % 80);
    const ramp = Uint8Array.from({ length: 80 * 60 * 3 }, (_, i) => 3 * (Math.floor(i / 3) % 80));
    const together = {
      image: { width: 80, height: 60, data: ramp, maxValue: 255 },
      truth: { kind: "disparity", unit: "relative", data: red },
      ...{ dataset: "d", source: "s" },
    } as const;
    for (let seed = 0; seed < 10; seed++) {
      const { clean, target, mask } = unlabelledExample(together, createRandom(seed), options);
      const row = clean.subarray(0, 40).map((v) => v * IMAGENET_STD[0] + IMAGENET_MEAN[0]);
      const high = Math.max(...row);
      for (let x = 0; x < 40; x++) {
        expect(mask?.[x]).toBe(1);
        expect(Math.abs((row[x] as number) / high - (target?.[x] as number))).toBeLessThan(0.04);
      }
    }
  });

  it("refuses a sample without a map, or with one of another size, where targets are wanted", () => {
    const options = { view, strong: {}, withTargets: true };
    const { image, source } = sample;
    const bare = { image, source, dataset: "d" };
    expect(() => unlabelledExample(bare, createRandom(1), options)).toThrow(/has no map; expected a pseudo-label/);
    const truth = { kind: "depth-metres", data: new Float32Array(7) } as const;
    expect(() => unlabelledExample({ ...bare, truth }, createRandom(1), options)).toThrow(
      /is 80x60, 4800 pixels, and its truth has 7/,
    );
  });
});

describe("perturbed", () => {
  const size = { width: 16, height: 12 };
  const pixels = Float32Array.from({ length: 3 * 192 }, (_, i) => ((i * 37) % 100) / 100);
  const roughness = (planes: Float32Array): number =>
    planes.reduce((sum, value, i) => sum + (i % 16 === 0 ? 0 : Math.abs(value - (planes[i - 1] as number))), 0);
  const runs = (options: object) =>
    Array.from({ length: 400 }, (_, seed) => perturbed(pixels, size, createRandom(seed), options));
  const isGrey = (out: Float32Array) =>
    out.subarray(0, 192).every((value, i) => Math.abs(value - (out[i + 192] as number)) < 2e-3);
  const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length;

  it("changes colours of four fifths, turns a fifth grey and blurs half", () => {
    const coloured = runs({ blur: 0 });
    // Changed: 0.8 by the jitter, and of the rest a fifth by turning grey.
    expect(Math.abs(share(coloured.map((out) => !out.every((v, i) => v === pixels[i]))) - 0.84)).toBeLessThan(0.05);
    expect(Math.abs(share(coloured.map(isGrey)) - 0.2)).toBeLessThan(0.05);
    const blurred = runs({ colour: 0, blurSigmaPx: [1, 2] });
    expect(Math.abs(share(blurred.map((out) => roughness(out) < 0.7 * roughness(pixels))) - 0.5)).toBeLessThan(0.06);
    expect(
      share(runs({ colour: 0, blur: 1, blurSigmaPx: [0, 0] }).map((out) => out.every((v, i) => v === pixels[i]))),
    ).toBe(1);
  });

  it("stays within 0..1 and leaves its input alone", () => {
    const before = pixels.slice();
    for (const out of runs({})) expect(out.every((value) => value >= 0 && value <= 1.000001)).toBe(true);
    expect(pixels).toEqual(before);
  });
});
