import { describe, expect, it } from "vitest";
import { proceduralScene } from "../../data/procedural/scene.ts";
import type { DepthSample } from "../../data/sample.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { createRandom } from "../../util/random.ts";
import { augment, plainExample } from "./augment.ts";
import { jitterColour, MILD_COLOURS } from "./colour-jitter.ts";
import { type CropResize, cropResizeImage, cropResizeNearest } from "./crop-resize.ts";

/** A sample whose red channel and truth are ramps along x. */
function ramp(width: number, height: number, truthOf: (x: number, y: number) => number): DepthSample {
  const data = new Uint8Array(width * height * 3);
  const truth = new Float32Array(width * height);
  for (let i = 0; i < truth.length; i++) {
    data[3 * i] = 2 * (i % width);
    truth[i] = truthOf(i % width, Math.floor(i / width));
  }
  const image = { width, height, data, maxValue: 255 } as const;
  return { image, truth: { kind: "disparity", unit: "relative", data: truth }, dataset: "test", source: "ramp" };
}

describe("augment", () => {
  const sample = proceduralScene(5, { width: 80, height: 60 });
  const options = { width: 40, height: 30, scale: [0.6, 1], colour: 1 } as const;

  it("gives the same numbers for the same random source and others for another", () => {
    const one = augment(sample, createRandom(1), options);
    expect(one).toEqual(augment(sample, createRandom(1), options));
    expect(one.pixels).not.toEqual(augment(sample, createRandom(2), options).pixels);
  });

  it("divides disparity by the largest, near is large, and masks the unknown", () => {
    const depth = ramp(80, 60, (x, y) => (y < 10 ? Number.NaN : x < 40 ? 2 : 10));
    const example = plainExample({ ...depth, truth: { kind: "depth-metres", data: depth.truth.data } }, 80, 60);
    for (let i = 0; i < 80 * 60; i++) {
      const [x, y] = [i % 80, Math.floor(i / 80)];
      expect(example.mask[i]).toBe(y < 10 ? 0 : 1);
      expect(example.target[i]).toBeCloseTo(y < 10 ? 0 : x < 40 ? 1 : 0.2, 6);
    }
  });

  it("lets sky be the farthest, known value", () => {
    const sky = ramp(8, 8, (_, y) => (y < 4 ? Number.POSITIVE_INFINITY : y));
    const { target, mask } = plainExample({ ...sky, truth: { kind: "depth-metres", data: sky.truth.data } }, 8, 8);
    expect([target[0], mask[0]]).toEqual([0, 1]);
    expect(target[4 * 8]).toBe(1);
    expect(target[7 * 8]).toBeCloseTo(4 / 7, 6);
  });

  it("masks everything where the depth is constant or unknown", () => {
    for (const value of [3, Number.NaN]) {
      const { mask, target } = augment(
        ramp(20, 20, () => value),
        createRandom(1),
        { width: 8, height: 8 },
      );
      expect([...mask, ...target].every((v) => v === 0)).toBe(true);
    }
  });

  it("takes truth that cannot be for unknown: no number, zero, negative, and disparity without end", () => {
    const impossible = [Number.NaN, 0, -0, -3, Number.NEGATIVE_INFINITY, 1e-45];
    const examples = [
      { kind: "depth-metres" as const, values: impossible },
      { kind: "disparity" as const, values: [Number.NaN, -3, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] },
    ];
    for (const { kind, values } of examples) {
      const { image, truth, ...rest } = ramp(10, 4, (x, y) => (y < 2 ? (values[x % values.length] as number) : 1 + x));
      const sample = { image, truth: kind === "disparity" ? truth : { kind, data: truth.data }, ...rest };
      for (const { target, mask, pixels } of [
        plainExample(sample, 10, 4),
        augment(sample, createRandom(1), { width: 10, height: 4, flip: false }),
      ]) {
        expect([...mask]).toEqual([...new Array(20).fill(0), ...new Array(20).fill(1)]);
        expect(target.subarray(0, 20).every((value) => value === 0)).toBe(true);
        expect([...target, ...pixels].every(Number.isFinite)).toBe(true);
        expect(Math.min(...target.subarray(20))).toBeCloseTo(0.1, 6);
        expect(Math.max(...target.subarray(20))).toBe(1);
      }
    }
  });

  it("refuses a truth of another size than its picture", () => {
    const { image, ...rest } = ramp(10, 4, (x) => x);
    const smaller = { ...rest, image: { ...image, width: 9, data: image.data.subarray(0, 9 * 4 * 3) } };
    for (const make of [() => augment(smaller, createRandom(1), options), () => plainExample(smaller, 8, 4)])
      expect(make).toThrow(
        expect.objectContaining({
          code: "bad-file",
          message: expect.stringMatching(/ramp is 9x4, 36 .* truth has 40/),
        }),
      );
  });

  it("by default resizes the short side and crops the rest at random, colours untouched (the paper's way)", () => {
    const wide = ramp(120, 60, (x) => x);
    const lefts = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const { pixels } = augment(wide, createRandom(seed), { width: 30, height: 30, flip: false });
      const first = 255 * ((pixels[0] as number) * IMAGENET_STD[0] + IMAGENET_MEAN[0]);
      const last = 255 * ((pixels[29] as number) * IMAGENET_STD[0] + IMAGENET_MEAN[0]);
      // Red is 2x: 30 columns of 2 pixels each span 58 pixels between the outer centres.
      if (first > 2 && last < 236) expect(last - first).toBeCloseTo(116, 3);
      lefts.add(Math.round(first));
    }
    expect(lefts.size).toBeGreaterThan(15);
  });

  it("does not resample a picture of the training height", () => {
    const ready = ramp(90, 30, (x) => x);
    for (let seed = 0; seed < 10; seed++) {
      const { pixels } = augment(ready, createRandom(seed), { width: 40, height: 30 });
      for (const value of pixels.subarray(0, 40)) {
        const code = 255 * (value * IMAGENET_STD[0] + IMAGENET_MEAN[0]);
        expect(Math.abs(code - 2 * Math.round(code / 2))).toBeLessThan(1e-3);
      }
    }
  });

  it("enlarges pictures smaller than the training size, down to a pixel", () => {
    for (const [width, height] of [
      [1, 1],
      [2, 1],
      [1, 50],
      [300, 2],
    ] as const)
      for (let seed = 0; seed < 5; seed++) {
        const { pixels } = augment(
          ramp(width, height, (x, y) => 1 + x + y),
          createRandom(seed),
          options,
        );
        expect(pixels).toHaveLength(3600);
        expect(pixels.every(Number.isFinite)).toBe(true);
      }
  });

  it("prefers a crop with known pixels", () => {
    const holey = ramp(90, 60, (x) => (x < 60 ? Number.NaN : x));
    const known = (minKnown: number): number => {
      let sum = 0;
      for (let seed = 0; seed < 40; seed++) {
        const { mask } = augment(holey, createRandom(seed), { width: 8, height: 8, scale: [0.5, 0.5], minKnown });
        sum += mask[63] === 1 || mask[56] === 1 || mask[60] === 1 ? 1 : 0;
      }
      return sum;
    };
    expect(known(0.2)).toBeGreaterThan(known(0) + 5);
  });

  it("keeps picture and truth together under every crop and flip", () => {
    // Red and truth are the same ramp, so without colour changes they stay proportional.
    const together = ramp(120, 90, (x) => x);
    for (let seed = 0; seed < 20; seed++) {
      const { pixels, target } = augment(together, createRandom(seed), {
        width: 40,
        height: 30,
        scale: [0.6, 1],
        aspect: 1.08,
      });
      const red = Array.from(pixels.subarray(0, 1200), (v) => v * IMAGENET_STD[0] + IMAGENET_MEAN[0]);
      const high = Math.max(...red);
      for (let i = 0; i < 1200; i++)
        expect(Math.abs((red[i] as number) / high - (target[i] as number))).toBeLessThan(0.04);
    }
  });

  it("flips about half of the examples, and none when told", () => {
    const flips = (flip: boolean): number =>
      Array.from({ length: 40 }, (_, seed) =>
        augment(
          ramp(40, 30, (x) => x),
          createRandom(seed),
          { ...options, flip },
        ),
      )
        .map(({ target }) => (target[0] as number) > (target[39] as number))
        .filter(Boolean).length;
    expect(flips(false)).toBe(0);
    expect(flips(true)).toBeGreaterThan(10);
    expect(flips(true)).toBeLessThan(30);
  });
});

describe("cropResizeImage", () => {
  const crop = (changes: Partial<CropResize>): CropResize => ({
    left: 0,
    top: 0,
    cropWidth: 8,
    cropHeight: 4,
    width: 8,
    height: 4,
    flip: false,
    ...changes,
  });
  const { image } = ramp(8, 4, (x) => x);

  it("at the same size is the picture itself, planar in 0..1", () => {
    const out = cropResizeImage(image, crop({}));
    for (let i = 0; i < 32; i++) expect(out[i]).toBeCloseTo((2 * (i % 8)) / 255, 6);
    expect(out.subarray(32).every((v) => v === 0)).toBe(true);
  });

  it("averages when shrinking: a fine checkerboard becomes grey", () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) =>
      ((Math.floor(i / 3) % 64) + Math.floor(i / 192)) % 2 ? 255 : 0,
    );
    const board = { width: 64, height: 64, data, maxValue: 255 } as const;
    const out = cropResizeImage(board, crop({ cropWidth: 64, cropHeight: 64, width: 8, height: 8 }));
    for (const value of out) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
  });

  it("interpolates when enlarging and mirrors", () => {
    const wide = cropResizeImage(image, crop({ width: 16 }));
    expect(wide[5]).toBeCloseTo((2 * 2.25) / 255, 6);
    const mirrored = cropResizeImage(image, crop({ width: 16, flip: true }));
    expect(mirrored[10]).toBeCloseTo(wide[5] as number, 6);
  });

  it("reads 16-bit pictures to the same range", () => {
    const data = Uint16Array.from(image.data, (v) => v * 257);
    const deep = { ...image, data, maxValue: 65535 } as const;
    expect(cropResizeImage(deep, crop({}))[7]).toBeCloseTo(14 / 255, 6);
  });

  it("takes truth by its nearest pixel: no value that was not there", () => {
    const map = Float32Array.of(1, 5, Number.NaN, 9, 1, 5, Number.NaN, 9);
    const out = cropResizeNearest(map, 4, 2, crop({ cropWidth: 4, cropHeight: 2, width: 10, height: 6 }));
    expect(new Set(out)).toEqual(new Set([1, 5, Number.NaN, 9]));
  });
});

describe("jitterColour", () => {
  const colours = (): Float32Array => Float32Array.from({ length: 3 * 49 }, (_, i) => ((i * 37) % 100) / 100);

  it("leaves the picture alone at strength 0 and stays within 0..1 otherwise", () => {
    const still = colours();
    jitterColour(still, createRandom(1), MILD_COLOURS, 0);
    expect(still).toEqual(colours());
    for (let seed = 0; seed < 20; seed++) {
      const pixels = colours();
      jitterColour(pixels, createRandom(seed), MILD_COLOURS);
      expect(pixels).not.toEqual(colours());
      expect(pixels.every((v) => v >= 0 && v <= 1)).toBe(true);
    }
  });

  it("changes little at a small strength: the colour matrices undo each other", () => {
    const pixels = colours();
    jitterColour(pixels, createRandom(3), MILD_COLOURS, 1e-6);
    for (const [i, value] of colours().entries()) expect(Math.abs((pixels[i] as number) - value)).toBeLessThan(2e-3);
  });
});
