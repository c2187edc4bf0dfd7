import sharp from "sharp";
import { expect, it } from "vitest";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { colorTable } from "../../output/colormaps.ts";
import { type Sample, sampleSheet } from "./sample-sheet.node.ts";

const [width, height] = [8, 6];
const ramp = Float32Array.from({ length: 48 }, (_, i) => (i % width) / 7);

/** A picture of one colour with a target that rises to the right. */
const sample = (rgb: readonly number[], change: Partial<Sample> = {}): Sample => ({
  ...{ width, height, target: ramp, mask: new Float32Array(48).fill(1), estimate: ramp },
  pixels: Float32Array.from({ length: 3 * 48 }, (_, i) => {
    const channel = Math.floor(i / 48);
    return ((rgb[channel] as number) / 255 - (IMAGENET_MEAN[channel] as number)) / (IMAGENET_STD[channel] as number);
  }),
  ...change,
});

async function pixelsOf(samples: readonly Sample[]) {
  const { data, info } = await sharp(await sampleSheet(samples))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (column: number, row: number, x: number, y: number) => {
    const i = ((row * (height + 4) + y) * info.width + column * (width + 4) + x) * 3;
    return [...data.subarray(i, i + 3)];
  };
  return { size: [info.width, info.height], at };
}

const colours = colorTable("spectral_r");
const colour = (level: number) => [...colours.subarray(3 * level, 3 * level + 3)];

it("is a row a sample: picture, target, estimate in the target's colours whatever its scale and shift", async () => {
  const moved = ramp.map((d) => -30 + 8 * d);
  const { size, at } = await pixelsOf([sample([10, 200, 77]), sample([255, 0, 128], { estimate: moved })]);
  expect(size).toEqual([3 * width + 8, 2 * height + 4]);
  expect(at(0, 0, 3, 3)).toEqual([10, 200, 77]);
  expect(at(0, 1, 7, 5)).toEqual([255, 0, 128]);
  for (const row of [0, 1]) {
    expect(at(1, row, 0, 0)).toEqual(colour(0));
    expect(at(1, row, 7, 5)).toEqual(colour(255));
    // A level more or less where the fit rounds.
    for (let x = 0; x < width; x++)
      for (const c of [0, 1, 2])
        expect(Math.abs((at(2, row, x, 2)[c] as number) - (at(1, row, x, 2)[c] as number))).toBeLessThan(6);
  }
});

it("shows the unknown grey, and fits and colours by the known alone", async () => {
  const mask = Float32Array.from({ length: 48 }, (_, i) => Number(i % width < 4));
  const target = ramp.map((d, i) => (mask[i] ? d : 1e6));
  const { at } = await pixelsOf([sample([0, 0, 0], { target, mask })]);
  expect(at(1, 0, 5, 1)).toEqual([128, 128, 128]);
  expect(at(1, 0, 3, 1)).toEqual(colour(255));
  expect(at(2, 0, 3, 1)).toEqual(colour(255));
  expect(at(2, 0, 7, 1)).toEqual(colour(255)); // nearer than all that is known
});

it("shows an estimate in its own colours where nothing is known or nothing fits", async () => {
  const { at } = await pixelsOf([
    sample([0, 0, 0], { mask: new Float32Array(48) }),
    sample([0, 0, 0], { estimate: new Float32Array(48).fill(3) }),
  ]);
  expect([at(1, 0, 2, 2), at(2, 0, 0, 0), at(2, 0, 7, 0)]).toEqual([[128, 128, 128], colour(0), colour(255)]);
  expect(at(2, 1, 4, 4)).toEqual(colour(0));
});

it("shrinks large pictures", async () => {
  const [w, h] = [1024, 512];
  const flat = new Float32Array(w * h);
  const large = { width: w, height: h, pixels: new Float32Array(3 * w * h), target: flat, mask: flat, estimate: flat };
  const { width: sheetWidth, height: sheetHeight } = await sharp(await sampleSheet([large])).metadata();
  expect([sheetWidth, sheetHeight]).toEqual([3 * 256 + 8, 128]);
});
