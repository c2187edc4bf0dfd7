import { describe, expect, it } from "vitest";
import { type ClipFrame, proceduralClip } from "../../data/procedural/clip.ts";
import { disparityOf } from "../../data/sample.ts";
import { createRandom } from "../../util/random.ts";
import { createClipMotionSearch } from "./clip-motion-search.ts";
import { createFlickerMeter } from "./flicker-meter.ts";
import { type PosedDepth, temporalAlignmentError } from "./temporal-alignment-error.ts";
import { createTruthFlickerMeter } from "./truth-flicker-meter.ts";

const SIZE = { width: 160, height: 90 };

const clipOf = (options: Parameters<typeof proceduralClip>[2]): readonly ClipFrame[] => {
  const clip = proceduralClip(5, 6, { ...SIZE, ...options });
  return Array.from({ length: 6 }, (_, i) => clip.frame(i));
};

/** Disparity with jitter of so many percent of every value. */
const estimates = (frames: readonly ClipFrame[], percent: number, scale = 1, shift = 0): readonly Float32Array[] =>
  frames.map(({ sample }, i) => {
    const factor = 1 + (percent / 100) * createRandom(9, i).normal();
    return disparityOf(sample.truth).map((disparity) => scale * factor * disparity + shift);
  });

function flicker(frames: readonly ClipFrame[], maps: readonly Float32Array[]) {
  const [search, meter] = [createClipMotionSearch(), createFlickerMeter()];
  frames.forEach(({ sample }, i) => {
    meter.push({ ...SIZE, data: maps[i] as Float32Array }, search.push(sample.image));
  });
  return meter.result();
}

function truthFlicker(frames: readonly ClipFrame[], maps: readonly Float32Array[], motion: "exact" | "estimated") {
  const [search, meter] = [createClipMotionSearch(), createTruthFlickerMeter()];
  frames.forEach((frame, i) => {
    const estimated = search.push(frame.sample.image);
    const truth = disparityOf(frame.sample.truth);
    const exact = i === 0 ? undefined : frame.motion;
    meter.push({ ...SIZE, estimate: maps[i] as Float32Array, truth }, motion === "exact" ? exact : estimated);
  });
  return meter.result();
}

describe("flicker without truth", () => {
  const frames = clipOf({ kind: "room", move: "still", moving: false });

  it("is nothing where nothing changes, and grows with jitter", () => {
    const values = [0, 2, 8].map((percent) => flicker(frames, estimates(frames, percent)).percent);
    expect(values[0]).toBeLessThan(1e-3);
    expect(values[1]).toBeGreaterThan(0.5);
    expect((values[2] as number) / (values[1] as number)).toBeCloseTo(4, 0);
  });

  it("does not depend on the maps' scale and shift", () => {
    const plain = flicker(frames, estimates(frames, 3));
    const other = flicker(frames, estimates(frames, 3, 40, -7));
    expect(other.percent).toBeCloseTo(plain.percent, 4);
    expect(plain.framesPercent).toHaveLength(frames.length);
    expect(plain.framesPercent[0]).toBeNaN();
    expect(plain.coverage).toBeGreaterThan(0.9);
  });

  it("is no number for constant maps: they must not win", () => {
    const constant = frames.map(() => new Float32Array(SIZE.width * SIZE.height).fill(3));
    expect(flicker(frames, constant).percent).toBeNaN();
    expect(truthFlicker(frames, constant, "exact").percent).toBeNaN();
  });

  it("follows what moves: the truth of a pan changes far less along the motion than in place", () => {
    const pan = clipOf({ kind: "street", move: "pan", moving: false, framesPerSecond: 6 });
    const maps = estimates(pan, 0);
    const still = flicker(
      pan.map((frame) => ({ ...frame, sample: (pan[0] as ClipFrame).sample })),
      maps,
    );
    expect(flicker(pan, maps).percent).toBeLessThan(0.4 * still.percent);
  });

  it("leaves out cuts and frames that cannot be followed", () => {
    const cut = [...frames.slice(0, 2), ...clipOf({ kind: "street", move: "still", moving: false }).slice(0, 2)];
    const { framesPercent } = flicker(cut, estimates(cut, 0));
    expect(framesPercent.map(Number.isNaN)).toEqual([true, false, true, false]);
  });
});

describe("flicker against truth", () => {
  it.each(["exact", "estimated"] as const)(
    "is nothing for the truth at any scale, whatever moves: %s motion",
    (motion) => {
      const frames = clipOf({ kind: "street", move: "forward", moving: true });
      expect(truthFlicker(frames, estimates(frames, 0, 3, 1), motion).percent).toBeLessThan(0.01);
      // The change of the real depth is part of the measure without truth.
      expect(flicker(frames, estimates(frames, 0)).percent).toBeGreaterThan(0.2);
    },
  );

  it("sees jitter of the size that went in", () => {
    const frames = clipOf({ kind: "room", move: "pan", moving: false });
    const few = truthFlicker(frames, estimates(frames, 2), "exact").percent;
    const many = truthFlicker(frames, estimates(frames, 8), "exact").percent;
    expect(many / few).toBeGreaterThan(3.5);
    expect(many / few).toBeLessThan(4.5);
  });

  it("works with truth at a few pixels only", () => {
    const frames = clipOf({ kind: "room", move: "hand-held", moving: false });
    const random = createRandom(4);
    const sparse = frames.map((frame) => ({
      ...frame,
      sample: {
        ...frame.sample,
        truth: {
          kind: "depth-metres" as const,
          data: frame.sample.truth.data.map((metres) => (random.next() < 0.05 ? metres : Number.NaN)),
        },
      },
    }));
    const found = truthFlicker(sparse, estimates(frames, 6), "exact");
    const dense = truthFlicker(frames, estimates(frames, 6), "exact");
    expect(found.coverage).toBeGreaterThan(0.2);
    expect(found.percent / dense.percent).toBeGreaterThan(0.7);
    expect(found.percent / dense.percent).toBeLessThan(1.5);
  });
});

describe("the temporal alignment error", () => {
  const posed = (frames: readonly ClipFrame[], percent: number): readonly PosedDepth[] =>
    frames.map(({ sample, pose }, i) => {
      const factor = i % 2 === 0 ? 1 + percent / 100 : 1;
      const camera = sample.intrinsics as PosedDepth["camera"];
      return { ...SIZE, ...pose, camera, depthMetres: sample.truth.data.map((metres) => metres * factor) };
    });

  it("of a camera that stands still is the jitter itself", () => {
    const frames = clipOf({ kind: "room", move: "still", moving: false });
    expect(temporalAlignmentError(posed(frames, 0))).toBeLessThan(1e-4);
    // |d - 1.1 d| / d one way, |1.1 d - d| / 1.1 d the other.
    expect(temporalAlignmentError(posed(frames, 10))).toBeCloseTo((10 + 100 / 11) / 2, 1);
  });

  it("of true depth along a moving camera is small, but for what is hidden", () => {
    const frames = clipOf({ kind: "room", move: "orbit", moving: false });
    const exact = temporalAlignmentError(posed(frames, 0));
    expect(exact).toBeLessThan(1);
    expect(temporalAlignmentError(posed(frames, 10))).toBeGreaterThan(8);
  });

  it("compares only pixels that are known, and needs two frames", () => {
    const frames = clipOf({ kind: "room", move: "still", moving: false });
    const known = frames.map(() => new Uint8Array(SIZE.width * SIZE.height));
    expect(temporalAlignmentError(posed(frames, 10), known)).toBe(0);
    expect(temporalAlignmentError(posed(frames.slice(0, 1), 0))).toBeNaN();
  });
});
