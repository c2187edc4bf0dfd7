import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { type ClipFrame, proceduralClip } from "../../data/procedural/clip.ts";
import { disparityOf } from "../../data/sample.ts";
import type { Image } from "../../image/image.ts";
import { DepthError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { createClipMotionSearch } from "../flicker/clip-motion-search.ts";
import { createFlickerMeter } from "../flicker/flicker-meter.ts";
import type { DepthPlane } from "./depth-plane.ts";
import { createStabilizer } from "./stabilizer.ts";

const SIZE = { width: 192, height: 108 };
const { width, height } = SIZE;

const clipOf = (seed: number, options: Parameters<typeof proceduralClip>[2], frames = 16): readonly ClipFrame[] => {
  const clip = proceduralClip(seed, frames, { ...SIZE, ...options });
  return Array.from({ length: frames }, (_, i) => clip.frame(i));
};

/** A network that knows the truth up to jitter of its scale and shift and smooth blobs that come and go. */
function jitteryMaps(frames: readonly ClipFrame[], seed: number): readonly DepthPlane[] {
  return frames.map(({ sample }, i) => {
    const random = createRandom(seed, i);
    const [scale, shift] = [1 + 0.15 * random.normal(), 0.05 * random.normal()];
    const blobs = Array.from({ length: 8 }, () => [width * random.next(), height * random.next(), random.normal()]);
    const data = disparityOf(sample.truth).map((disparity, pixel) => {
      let value = scale * disparity + shift;
      for (const [x = 0, y = 0, level = 0] of blobs) {
        const squared = ((pixel % width) - x) ** 2 + (Math.floor(pixel / width) - y) ** 2;
        value += 0.03 * level * Math.exp(-squared / 800);
      }
      return value;
    });
    return { ...SIZE, data };
  });
}

function flickerOf(frames: readonly ClipFrame[], maps: readonly DepthPlane[]): number {
  const [search, meter] = [createClipMotionSearch(), createFlickerMeter()];
  frames.forEach(({ sample }, i) => {
    meter.push(maps[i] as DepthPlane, search.push(sample.image));
  });
  return meter.result().percent;
}

describe("the stabilizer", () => {
  it.each(["still", "pan", "hand-held"] as const)("takes most of a network's jitter away: %s camera", (move) => {
    const frames = clipOf(5, { kind: "room", move, moving: true });
    const maps = jitteryMaps(frames, 1);
    const stabilizer = createStabilizer();
    const stable = frames.map(({ sample }, i) => stabilizer.push(sample.image, maps[i] as DepthPlane));
    expect(flickerOf(frames, stable)).toBeLessThan(0.35 * flickerOf(frames, maps));
    expect(new Set(stable.map(({ shot }) => shot))).toEqual(new Set([0]));
  });

  it("does not let the edges of what moves lag behind", () => {
    // A person who crosses a room, estimated without any error: nothing may change but by smoothing.
    const frames = clipOf(11, { kind: "room", move: "still", moving: true, framesPerSecond: 10 });
    const stabilizer = createStabilizer({ strength: 1 });
    let [wrong, seen] = [0, 0];
    for (const [i, { sample, moving }] of frames.entries()) {
      const data = disparityOf(sample.truth);
      const { data: stable } = stabilizer.push(sample.image, { ...SIZE, data });
      const before = frames[i - 1]?.moving;
      if (before === undefined) continue;
      for (let pixel = 0; pixel < data.length; pixel++) {
        // What the person covers now or has just left.
        if (moving[pixel] === before[pixel]) continue;
        seen++;
        if (Math.abs((stable[pixel] as number) / (data[pixel] as number) - 1) > 0.1) wrong++;
      }
    }
    expect(seen).toBeGreaterThan(300);
    expect(wrong).toBeLessThan(0.05 * seen);
  });

  it("keeps the values of a first frame, and of every frame at strength 0 without alignment", () => {
    const frames = clipOf(2, { move: "pan" }, 3);
    const maps = jitteryMaps(frames, 2);
    const stabilizer = createStabilizer({ strength: 0, align: false });
    for (const [i, { sample }] of frames.entries()) {
      const map = maps[i] as DepthPlane;
      expect(stabilizer.push(sample.image, map).data).toEqual(map.data);
    }
    const first = createStabilizer().push((frames[0] as ClipFrame).sample.image, maps[0] as DepthPlane);
    expect(first.data).toEqual(maps[0]?.data);
  });

  it("smooths metres without a scale or shift", () => {
    const frames = clipOf(3, { kind: "room", move: "still", moving: false });
    const stabilizer = createStabilizer({ kind: "metric" });
    const level: number[] = [];
    const jitter: number[] = [];
    for (const [i, { sample }] of frames.entries()) {
      const data = sample.truth.data.map((metres) => metres * (i % 2 === 0 ? 1.04 : 0.96));
      const stable = stabilizer.push(sample.image, { ...SIZE, data });
      level.push((stable.data[5000] as number) / (sample.truth.data[5000] as number));
      jitter.push(Math.abs((level.at(-1) as number) - (level.at(-2) ?? (level.at(-1) as number))));
      expect(stable.range.low).toBeGreaterThan(0);
    }
    // It stays about the truth, and changes by less than a third of the 0.08 that come in.
    expect(level.reduce((sum, value) => sum + value, 0) / level.length).toBeCloseTo(1, 1);
    expect(Math.max(...jitter.slice(4))).toBeLessThan(0.027);
  });

  it("begins anew at a cut and at another size", () => {
    const [one, other] = [clipOf(31, { kind: "room" }, 4), clipOf(32, { kind: "street" }, 4)];
    const frames = [...one, ...other];
    const maps = jitteryMaps(frames, 3).map((map) => ({ ...map, data: map.data.map((value) => 5 * value + 2) }));
    const stabilizer = createStabilizer();
    const stable = frames.map(({ sample }, i) => stabilizer.push(sample.image, maps[i] as DepthPlane));
    expect(stable.map(({ shot }) => shot)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(stable[4]?.data).toEqual(maps[4]?.data);
    expect(stable[5]?.data).not.toEqual(maps[5]?.data);
    const { image } = (frames[7] as ClipFrame).sample;
    const small = { width: 2, height: 1, data: Float32Array.of(1, 2) };
    expect(stabilizer.push(image, small)).toMatchObject({ width: 2, height: 1, shot: 2, data: small.data });
  });

  it("rides over a flash and a black frame without losing the shot", () => {
    const frames = clipOf(5, { kind: "room", move: "pan" }, 9);
    const maps = jitteryMaps(frames, 4);
    const stabilizer = createStabilizer();
    const shots = frames.map(({ sample }, i) => {
      const level = i === 3 ? 255 : i === 6 ? 0 : undefined;
      const image: Image = { ...sample.image, data: sample.image.data.map((value) => level ?? value) };
      const { shot, range, data } = stabilizer.push(image, maps[i] as DepthPlane);
      expect(data.every(Number.isFinite)).toBe(true);
      return [shot, range.high > range.low];
    });
    expect(shots).toEqual(frames.map(() => [0, true]));
  });

  it("goes on from its state as if nothing had happened", () => {
    const frames = clipOf(6, { move: "orbit" }, 8);
    const maps = jitteryMaps(frames, 5);
    const whole = createStabilizer();
    const wanted = frames.map(({ sample }, i) => whole.push(sample.image, maps[i] as DepthPlane));
    let halves = createStabilizer();
    const found = frames.map(({ sample }, i) => {
      if (i === 4) {
        const state = serialize(halves.state());
        // The state is a copy: what follows does not reach it.
        halves.push(sample.image, maps[0] as DepthPlane);
        halves = createStabilizer({ state: deserialize(state) });
      }
      return halves.push(sample.image, maps[i] as DepthPlane);
    });
    expect(found).toEqual(wanted);
    expect(halves.statistics()).toEqual(whole.statistics());
  });

  it("has one range a shot after a first pass", () => {
    const frames = [...clipOf(31, { kind: "room" }, 6), ...clipOf(32, { kind: "street" }, 6)];
    const maps = jitteryMaps(frames, 6);
    const first = createStabilizer();
    for (const [i, { sample }] of frames.entries()) first.push(sample.image, maps[i] as DepthPlane);
    const statistics = JSON.parse(JSON.stringify(first.statistics()));
    expect(statistics).toMatchObject({ frames: 12, shots: [{ firstFrame: 0 }, { firstFrame: 6 }] });
    const second = createStabilizer({ statistics });
    const ranges = frames.map(({ sample }, i) => second.push(sample.image, maps[i] as DepthPlane).range);
    expect(ranges.slice(0, 6)).toEqual(Array(6).fill(statistics.shots[0].range));
    expect(ranges.slice(6)).toEqual(Array(6).fill(statistics.shots[1].range));
  });

  it("passes on values that are not finite, and constant maps, without spoiling others", () => {
    const frames = clipOf(7, { kind: "room", move: "still" }, 4);
    const stabilizer = createStabilizer();
    frames.forEach(({ sample }, i) => {
      const data = disparityOf(sample.truth);
      data[40] = Number.NaN;
      data[41] = Number.POSITIVE_INFINITY;
      const stable = stabilizer.push(sample.image, { ...SIZE, data: i === 2 ? data.fill(1) : data });
      expect(stable.data.filter((value) => !Number.isFinite(value)).length).toBeLessThanOrEqual(i === 2 ? 0 : 2);
      expect(Number.isFinite(stable.range.low + stable.range.high)).toBe(true);
    });
  });

  it("refuses what makes no sense", () => {
    expect(() => createStabilizer({ strength: 1.2 })).toThrow(DepthError);
    const image = (clipOf(1, {}, 1)[0] as ClipFrame).sample.image;
    const push = () => createStabilizer().push(image, { width: 3, height: 2, data: new Float32Array(5) });
    expect(push).toThrow(/Frame 0 has 5 depths for 3x2 pixels/);
  });
});
