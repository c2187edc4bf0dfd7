import type { Size } from "../../image/resize-rule.ts";
import type { Random } from "../../util/random.ts";

/** The student's pictures with the teacher's labels of the clean ones. */
export interface CutMixInput {
  /** [N, 3, H, W] */
  readonly strong: Float32Array;
  /** [N, H, W] */
  readonly target: Float32Array;
  /** [N, H, W], 1 where the target is known */
  readonly mask: Float32Array;
}

/** Mixed pictures with labels mixed the same way. */
export interface CutMixed {
  /** [N, 3, H, W], u_ab of eq. 5. */
  readonly pixels: Float32Array;
  /** [N, H, W] */
  readonly target: Float32Array;
  /** [N, H, W] */
  readonly mask: Float32Array;
  /** [N, H, W], M of eq. 5: 1 where a picture's own pixels are, 0 in the rectangle that its partner fills. */
  readonly region: Float32Array;
}

/**
 * CutMix (paper, eq. 5): each picture gets, with a probability, a rectangle of another picture of the batch at the same
 * place. The rectangle's law is that of Yun et al. (ICCV 2019): lambda ~ Beta(1, 1), sides sqrt(1 - lambda) of the
 * picture's, centre uniform, cut off at the border. A picture without rectangle, and any in a batch of one, has region 1
 * everywhere. Partners give their pixels as they were before mixing; the input stays as it is.
 * @param size of one picture
 */
export function cutMix(batch: CutMixInput, size: Size, random: Random, probability = 0.5): CutMixed {
  const { width, height } = size;
  const plane = width * height;
  const count = batch.mask.length / plane;
  const mixed = { pixels: batch.strong.slice(), target: batch.target.slice(), mask: batch.mask.slice() };
  const region = new Float32Array(count * plane).fill(1);
  for (let own = 0; own < count && count > 1; own++) {
    if (!random.chance(probability)) continue;
    const partner = (own + 1 + random.int(count - 1)) % count;
    const { left, top, right, bottom } = randomRectangle(size, random);
    const paste = (from: Float32Array, to: Float32Array, channels: number): void => {
      for (let channel = 0; channel < channels; channel++)
        for (let y = top; y < bottom; y++) {
          const [a, b] = [own, partner].map((picture) => (picture * channels + channel) * plane + y * width) as [
            number,
            number,
          ];
          to.set(from.subarray(b + left, b + right), a + left);
        }
    };
    paste(batch.strong, mixed.pixels, 3);
    paste(batch.target, mixed.target, 1);
    paste(batch.mask, mixed.mask, 1);
    for (let y = top; y < bottom; y++) region.fill(0, own * plane + y * width + left, own * plane + y * width + right);
  }
  return { ...mixed, region };
}

/** Columns `left` to `right - 1`, rows `top` to `bottom - 1`; perhaps none. Source: `rand_bbox` of CutMix-PyTorch. */
function randomRectangle({ width, height }: Size, random: Random) {
  const share = Math.sqrt(1 - random.next()); // lambda ~ Beta(1, 1) is uniform
  const [halfWidth, halfHeight] = [Math.floor(width * share) >> 1, Math.floor(height * share) >> 1];
  const [x, y] = [random.int(width), random.int(height)];
  return {
    left: Math.max(0, x - halfWidth),
    right: Math.min(width, x + halfWidth),
    top: Math.max(0, y - halfHeight),
    bottom: Math.min(height, y + halfHeight),
  };
}
