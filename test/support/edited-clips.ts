import { proceduralClip } from "../../src/data/procedural/clip.ts";
import type { Image } from "../../src/image/image.ts";
import { createRandom } from "../../src/util/random.ts";
import { createStabilizer } from "../../src/video/stability/stabilizer.ts";

/** A clip with known cuts. */
export interface EditedClip {
  readonly frames: readonly Image[];
  /** Numbers of the frames that begin a shot; not 0. */
  readonly cuts: readonly number[];
}

const SIZE = { width: 192, height: 108 };
const SHOT = 12;

const scale = (image: Image, gain: number, offset: number): Image => ({
  ...image,
  data: image.data.map((value) => Math.max(0, Math.min(255, gain * value + offset))),
});

const shot = (seed: number, options: Parameters<typeof proceduralClip>[2] = {}): Image[] => {
  const clip = proceduralClip(seed, SHOT, { ...SIZE, ...options });
  return Array.from({ length: SHOT }, (_, i) => clip.frame(i).sample.image);
};

/** Editing that a cut detector must see, and what it must not take for a cut. */
export const EDITS: Readonly<Record<string, (seed: number) => EditedClip>> = {
  "hard cuts": (seed) => ({
    frames: [0, 1, 2, 3].flatMap((i) => shot(seed * 10 + i)),
    cuts: [SHOT, 2 * SHOT, 3 * SHOT],
  }),
  "cuts between rooms": (seed) => ({
    frames: [0, 1, 2].flatMap((i) => shot(seed * 10 + i, { kind: "room" })),
    cuts: [SHOT, 2 * SHOT],
  }),
  "flash, frame blown out": (seed) => ({
    frames: shot(seed).map((image, i) => (i === 5 || i === 6 ? scale(image, 4, 160) : image)),
    cuts: [],
  }),
  "flash, twice as bright": (seed) => ({
    frames: shot(seed).map((image, i) => (i === 5 ? scale(image, 1.8, 30) : image)),
    cuts: [],
  }),
  "fast pan": (seed) => ({ frames: shot(seed, { move: "pan", framesPerSecond: 4 }), cuts: [] }),
  "drive and pass": (seed) => ({
    frames: shot(seed, { kind: "street", move: "forward", moving: true, framesPerSecond: 10 }),
    cuts: [],
  }),
  "fade to black and back": (seed) => ({
    frames: shot(seed).map((image, i) => scale(image, Math.abs(i - 6) / 6, 0)),
    cuts: [],
  }),
  "fade out, another scene": (seed) => {
    const gains = Array.from({ length: SHOT }, (_, i) => Math.min(1, Math.abs(SHOT - 1 - i) / 6));
    return {
      frames: [
        ...shot(seed).map((image, i) => scale(image, gains[i] as number, 0)),
        ...shot(seed + 1).map((image, i) => scale(image, (i + 2) / SHOT, 0)),
      ],
      cuts: [SHOT],
    };
  },
  "rolling noise": (seed) => {
    const random = createRandom(seed);
    return {
      frames: shot(seed, { move: "hand-held" }).map((image) => ({
        ...image,
        data: image.data.map((value) => Math.max(0, Math.min(255, value + 12 * random.normal()))),
      })),
      cuts: [],
    };
  },
};

/** Frames at which the stabilizer begins a shot; not 0. */
export function foundCuts(frames: readonly Image[]): readonly number[] {
  const stabilizer = createStabilizer({ strength: 0, align: false });
  const map = { width: 2, height: 2, data: Float32Array.of(1, 2, 3, 4) };
  const shots = frames.map((image) => stabilizer.push(image, map).shot);
  return shots.flatMap((number, i) => (i > 0 && number !== shots[i - 1] ? [i] : []));
}
