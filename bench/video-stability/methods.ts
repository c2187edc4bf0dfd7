import type { DepthPlane } from "../../src/video/stability/depth-plane.ts";
import { createStabilizer, type StabilizerOptions } from "../../src/video/stability/stabilizer.ts";
import type { EstimatedFrame } from "./clips.ts";

/** Turns the model's maps of a clip into those that are shown. */
export interface Method {
  readonly name: string;
  apply(frames: readonly EstimatedFrame[]): readonly DepthPlane[];
}

/** What the official script does to every frame by itself. */
const minMax: Method = {
  name: "per-frame min-max (official script)",
  apply: (frames) =>
    frames.map(({ raw }) => {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const value of raw.data) [low, high] = [Math.min(low, value), Math.max(high, value)];
      return { ...raw, data: raw.data.map((value) => (value - low) / (high - low)) };
    }),
};

const stabilised = (name: string, options: StabilizerOptions): Method => ({
  name,
  apply: (frames) => {
    const stabilizer = createStabilizer(options);
    return frames.map(({ sample, raw }) => stabilizer.push(sample.image, raw));
  },
});

/** As it is coloured: between the ends of the shot's range, so that a range that moves counts as flicker. */
const shown = (name: string, options: StabilizerOptions): Method => ({
  name,
  apply: (frames) => {
    const stabilizer = createStabilizer(options);
    return frames.map(({ sample, raw }) => {
      const { data, range, ...size } = stabilizer.push(sample.image, raw);
      const span = range.high - range.low;
      return { ...size, data: data.map((value) => Math.min(1, Math.max(0, (value - range.low) / span))) };
    });
  },
});

/** From the official script over single stages to the whole at several strengths. */
export const METHODS: readonly Method[] = [
  minMax,
  { name: "the network's own values", apply: (frames) => frames.map(({ raw }) => raw) },
  shown("one range a shot", { align: false, strength: 0 }),
  stabilised("alignment alone", { strength: 0 }),
  stabilised("smoothing 0.85 alone", { align: false }),
  ...[0.3, 0.6, 0.85, 1].map((strength) => stabilised(`alignment, smoothing ${strength}`, { strength })),
  shown("everything, as it is shown", {}),
];
