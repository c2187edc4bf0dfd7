import { join } from "node:path";
import { fitAffine } from "../../eval/fit-affine.ts";
import { encodePng } from "../../image/codec.node.ts";
import type { Image } from "../../image/image.ts";
import { IMAGENET_MEAN, IMAGENET_STD } from "../../image/preprocess.ts";
import { thumbnail } from "../../output/captioned-grid.node.ts";
import { colourise } from "../../output/colourise.ts";
import { grid } from "../../output/grid.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";

/** A picture of a batch with what is known of it and what the network says; all of one size. */
export interface Sample {
  readonly width: number;
  readonly height: number;
  /** [3, H, W], normalised by the ImageNet mean and deviation: what the network sees. */
  readonly pixels: Float32Array;
  /** Disparity or pseudo-label [H, W]. */
  readonly target: Float32Array;
  /** 1 where the target is known [H, W]. */
  readonly mask: Float32Array;
  /** The network's disparity [H, W]. */
  readonly estimate: Float32Array;
}

/** Longer side of a picture of the sheet. */
const SIDE_PX = 256;
const UNKNOWN_GREY = 128;

/** Folder of the sheets in a run's. */
export const SAMPLES_FOLDER = "samples";

/** Writes the sheet of some samples as `samples/STEP.png` of a run's folder. @throws DepthError `io`, `bad-argument` */
export async function writeSampleSheet(folder: string, step: number, samples: readonly Sample[]): Promise<void> {
  await writeFileAtomic(join(folder, SAMPLES_FOLDER, `${step}.png`), await sampleSheet(samples));
}

/**
 * Samples as a PNG, a row each: picture, target, estimate. The estimate is brought to the target by least squares, as
 * scores are, and both have the colours of one range, the target's, so that equal colours mean equal disparity. Grey is
 * unknown.
 * @throws DepthError `bad-argument` without samples
 */
export async function sampleSheet(samples: readonly Sample[]): Promise<Uint8Array> {
  const rows = await Promise.all(
    samples.map((sample) =>
      Promise.all([pictureOf(sample), ...mapsOf(sample)].map((image) => thumbnail(image, SIDE_PX))),
    ),
  );
  return encodePng({ ...grid(rows.flat(), { columns: 3, gapPx: 4 }), channels: 3 });
}

function pictureOf({ width, height, pixels }: Sample): Image {
  const plane = width * height;
  const data = new Uint8Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [IMAGENET_MEAN[channel] as number, IMAGENET_STD[channel] as number];
    for (let i = 0; i < plane; i++) {
      const level = ((pixels[channel * plane + i] as number) * std + mean) * 255 + 0.5;
      data[3 * i + channel] = Math.max(0, Math.min(255, level));
    }
  }
  return { width, height, data, maxValue: 255 };
}

function mapsOf({ width, height, target, mask, estimate }: Sample): [target: Image, estimate: Image] {
  const known = Array.from(mask.keys()).filter((i) => (mask[i] as number) > 0);
  const of = (map: Float32Array) => Float32Array.from(known, (i) => map[i] as number);
  const truths = of(target);
  const { scale, shift } = fitAffine("least-squares", of(estimate), truths);
  const isFitted = scale !== 0;
  const aligned = isFitted ? estimate.map((d) => scale * d + shift) : estimate;
  const colours = (data: Float32Array, range: { min: number; max: number }) =>
    colourise({ width, height, kind: "disparity", data, range });
  const range = rangeOf(truths);
  const truth = colours(target, range);
  for (let i = 0; i < mask.length; i++)
    if (mask[i] === 0) (truth.data as Uint8Array).fill(UNKNOWN_GREY, 3 * i, 3 * i + 3);
  return [truth, colours(aligned, isFitted ? range : rangeOf(estimate))];
}

function rangeOf(values: Float32Array): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  return values.length > 0 ? { min, max } : { min: 0, max: 0 };
}
