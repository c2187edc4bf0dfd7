import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { CAMERA_MOVES, cameraPath } from "./camera-path.ts";
import { type ClipFrame, proceduralClip, proceduralClips } from "./clip.ts";
import { room } from "./room.ts";

const SIZE = { width: 96, height: 54 };
const [width, height] = [96, 54];

/** Metres along the axis of the frame's own camera, from its pose alone: where a pixel of `from` lies in `to`. */
function reproject(from: ClipFrame, to: ClipFrame, pixel: number): { u: number; v: number } {
  const { fx, fy, cx, cy } = from.sample.intrinsics as NonNullable<ClipFrame["sample"]["intrinsics"]>;
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const depth = from.sample.truth.data[pixel] as number;
  const camera = [((x + 0.5 - cx) / fx) * depth, ((y + 0.5 - cy) / fy) * depth, depth];
  const at = (matrix: readonly number[], row: number, column: number) => matrix[3 * row + column] as number;
  const world = [0, 1, 2].map((i) =>
    camera.reduce(
      (sum, value, j) => sum + at(from.pose.rotation, j, i) * (value - (from.pose.translation[j] as number)),
      0,
    ),
  );
  const there = [0, 1, 2].map((i) =>
    world.reduce((sum, value, j) => sum + at(to.pose.rotation, i, j) * value, to.pose.translation[i] as number),
  ) as [number, number, number];
  return { u: (fx * there[0]) / there[2] + cx - 0.5 - x, v: (fy * there[1]) / there[2] + cy - 0.5 - y };
}

describe("a procedural clip", () => {
  it("has the same frames by the same seed, in whatever order they are asked for", () => {
    const once = proceduralClip(3, 5, SIZE);
    const again = proceduralClip(3, 5, SIZE);
    const forward = [0, 1, 2].map((i) => once.frame(i));
    const backward = [2, 1, 0].map((i) => again.frame(i)).reverse();
    forward.forEach((frame, i) => {
      expect(frame.sample.image.data).toEqual(backward[i]?.sample.image.data);
      expect(frame.sample.truth.data).toEqual(backward[i]?.sample.truth.data);
      expect(frame.motion.u).toEqual(backward[i]?.motion.u);
    });
    expect(proceduralClip(4, 5, SIZE).frame(0).sample.image.data).not.toEqual(forward[0]?.sample.image.data);
  });

  it.each(CAMERA_MOVES)("moves exactly as its poses say: %s", (move) => {
    const clip = proceduralClip(21, 3, { ...SIZE, kind: "street", move, moving: true, framesPerSecond: 5 });
    const [before, frame] = [clip.frame(0), clip.frame(1)];
    let moving = 0;
    for (let pixel = 0; pixel < width * height; pixel++) {
      moving += frame.moving[pixel] as number;
      if (frame.moving[pixel] === 1 || !Number.isFinite(frame.sample.truth.data[pixel])) continue;
      const { u, v } = reproject(frame, before, pixel);
      expect(Math.abs(u - (frame.motion.u[pixel] as number))).toBeLessThan(2e-3);
      expect(Math.abs(v - (frame.motion.v[pixel] as number))).toBeLessThan(2e-3);
    }
    expect(moving).toBeLessThan(0.5 * width * height);
  });

  it("finds its moving thing again along the motion, and shows the same colours there", () => {
    const clip = proceduralClip(11, 12, { ...SIZE, kind: "room", move: "pan", moving: true, framesPerSecond: 12 });
    const [before, frame] = [clip.frame(5), clip.frame(6)];
    let [seen, onThing, difference, still] = [0, 0, 0, 0];
    for (let pixel = 0; pixel < width * height; pixel++) {
      if (frame.motion.visible[pixel] === 0) continue;
      const x = Math.round((pixel % width) + (frame.motion.u[pixel] as number));
      const y = Math.round(Math.floor(pixel / width) + (frame.motion.v[pixel] as number));
      const colour = (of: ClipFrame, at: number) => of.sample.image.data[3 * at + 1] as number;
      difference += Math.abs(colour(frame, pixel) - colour(before, y * width + x));
      still += Math.abs(colour(frame, pixel) - colour(before, pixel));
      seen++;
      if (frame.moving[pixel] === 1) onThing += before.moving[y * width + x] === 1 ? 1 : -5;
    }
    expect(seen).toBeGreaterThan(0.85 * width * height);
    expect(onThing).toBeGreaterThan(10);
    expect(difference).toBeLessThan(0.5 * still);
  });

  it("moves its camera where there is room, and stands still where there is none", () => {
    const scene = room(createRandom(11, 1));
    const travelled = (solids: typeof scene.solids) => {
      const path = cameraPath(scene.camera, solids, "forward", 1, true, createRandom(1));
      return Math.hypot(path(1).x - path(0).x, path(1).z - path(0).z);
    };
    expect(travelled(scene.solids)).toBeGreaterThan(0.1);
    const wall = scene.solids.map((solid) => ({ ...solid, kind: "ellipsoid" as const, radius: 20 }));
    expect(travelled(wall)).toBe(0);
  });

  it("refuses frames and sizes that are none", () => {
    expect(() => proceduralClip(1, 3, SIZE).frame(3)).toThrow(/has frames 0 to 2, not 3/);
    expect(() => proceduralClip(1, 0, SIZE)).toThrow(/whole sizes above 0/);
  });
});

describe("the dataset of procedural clips", () => {
  it("numbers the frames of its clips one after the other", async () => {
    const dataset = proceduralClips(2, 3, 7, SIZE);
    expect([dataset.length, dataset.idOf(4), dataset.sequenceOf?.(2), dataset.sequenceOf?.(3)]).toEqual([
      6,
      "001/0001",
      "000",
      "001",
    ]);
    const first = await dataset.get(3);
    expect(first.image.data).toEqual((await proceduralClips(2, 3, 7, SIZE).get(3)).image.data);
    expect(first.image.data).not.toEqual((await dataset.get(0)).image.data);
  });
});
