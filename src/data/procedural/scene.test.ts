import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { disparityOf, samplesOf } from "../sample.ts";
import type { Camera } from "./camera.ts";
import { plain } from "./materials.ts";
import { renderScene } from "./render.ts";
import { proceduralDataset, proceduralScene, type SceneKind } from "./scene.ts";
import type { Scene } from "./shade.ts";
import { box, ellipsoid, frustum, ground, type Solid } from "./solids.ts";

const grey = plain(createRandom(1), [0.5, 0.5, 0.5]);

function sceneOf(solids: readonly Solid[], camera: Partial<Camera> = {}): Scene {
  return {
    kind: "test",
    camera: { x: 0, height: 1.5, z: 0, yaw: 0, pitch: 0, roll: 0, focalRatio: 1, ...camera },
    solids,
    light: { x: 0, y: 1, z: 0, lamp: false, colour: [1, 1, 1], ambient: [0.4, 0.4, 0.4], shadow: 0.5 },
    sky: (_dx, _dy, _dz, rgb) => rgb.fill(0.8),
    hazeMetres: Number.POSITIVE_INFINITY,
  };
}

const [width, height] = [64, 48];
const depthAt = (scene: Scene, px: number, py: number): number =>
  renderScene(scene, width, height).depthMetres[py * width + px] as number;

describe("exact depth", () => {
  it("of a tilted ground plane follows h f / (f sin a + y cos a), the pinhole formula", () => {
    const pitch = -0.2;
    const { depthMetres } = renderScene(sceneOf([ground(0, grey)], { pitch }), width, height);
    for (let py = 0; py < height; py++) {
      const down = py + 0.5 - height / 2;
      const slope = height * Math.sin(-pitch) + down * Math.cos(pitch);
      const expected = slope > 0 ? (1.5 * height) / slope : Number.POSITIVE_INFINITY;
      for (const px of [0, 31, 63]) {
        const found = depthMetres[py * width + px] as number;
        if (expected === Number.POSITIVE_INFINITY) expect(found).toBe(expected);
        else expect(Math.abs(found / expected - 1)).toBeLessThan(1e-5);
      }
    }
  });

  it("of a wall is constant over the picture, for it is depth and not distance", () => {
    const { depthMetres } = renderScene(sceneOf([box(0, -50, 6, [100, 100, 2], 0, grey)]), width, height);
    for (const metres of depthMetres) expect(metres).toBeCloseTo(5, 5);
  });

  it("of a ball, a cone and a turned box on the optical axis", () => {
    const nearPixel = 0.02;
    expect(depthAt(sceneOf([ellipsoid(0, 1.5, 5, [1, 2, 1], grey)]), 32, 24)).toBeCloseTo(4, 1);
    // Half way up a cone of radius 1 at the foot the radius is 1/2.
    expect(depthAt(sceneOf([frustum(0, 0, 5, [1, 3, 0], grey)]), 32, 24)).toBeCloseTo(4.5, 1);
    const turned = depthAt(sceneOf([box(0, 0, 5, [1, 3, 1], Math.PI / 4, grey)]), 32, 24);
    expect(Math.abs(turned - (5 - Math.SQRT1_2))).toBeLessThan(5 * nearPixel);
  });

  it("keeps the nearer of two solids, whatever their order", () => {
    const far = box(0, 0, 9, [20, 20, 2], 0, grey);
    const near = box(0, 0, 4, [1, 3, 1], 0, grey);
    expect(depthAt(sceneOf([far, near]), 32, 24)).toBeCloseTo(3.5, 5);
    expect(depthAt(sceneOf([near, far]), 32, 24)).toBeCloseTo(3.5, 5);
    expect(depthAt(sceneOf([near, far]), 2, 24)).toBeCloseTo(8, 5);
  });

  it("does not lose solids at the edges of tiles: turned views agree with a fresh small picture", () => {
    const solids = [ground(0, grey), ellipsoid(2, 1, 6, [1, 1, 1], grey), frustum(-2, 0, 5, [0.5, 3, 0.2], grey)];
    const camera = { yaw: 0.3, pitch: -0.1, roll: 0.1 };
    const large = renderScene(sceneOf(solids, camera), 120, 90).depthMetres;
    // A picture of a third of the size has its pixel centres at every third pixel of the large one.
    const small = renderScene(sceneOf(solids, camera), 40, 30).depthMetres;
    for (let y = 0; y < 30; y++) {
      for (let x = 0; x < 40; x++)
        expect(large[(3 * y + 1) * 120 + 3 * x + 1]).toBeCloseTo(small[y * 40 + x] as number, 3);
    }
  });
});

describe("proceduralScene", () => {
  it("gives the same picture for the same seed and another for another seed", () => {
    const size = { width, height };
    const [one, same, other] = [proceduralScene(3, size), proceduralScene(3, size), proceduralScene(4, size)];
    expect(one).toEqual(same);
    expect(one.image.data).not.toEqual(other.image.data);
  });

  it.each<SceneKind>(["room", "street", "traffic", "landscape", "still-life"])(
    "%s: depth is positive, near below, never unknown",
    (kind) => {
      let [upper, lower, pixels] = [0, 0, 0];
      for (let seed = 0; seed < 8; seed++) {
        const sample = proceduralScene(seed, { width, height, kinds: [kind] });
        expect(sample.source).toContain(kind);
        expect(sample.image.data).toHaveLength(width * height * 3);
        expect(sample.truth.data.every((metres) => metres > 0)).toBe(true);
        const disparity = disparityOf(sample.truth);
        for (let i = 0; i < disparity.length; i++) {
          if (i < disparity.length / 3) upper += disparity[i] as number;
          if (i >= (2 * disparity.length) / 3) lower += disparity[i] as number;
        }
        pixels += new Set(sample.image.data).size;
      }
      expect(lower).toBeGreaterThan(1.2 * upper);
      expect(pixels / 8).toBeGreaterThan(40);
    },
  );

  it("shows sky as infinitely far outdoors and none indoors", () => {
    const skies = (kind: SceneKind): number =>
      [0, 1, 2, 3].filter((seed) =>
        proceduralScene(seed, { width, height, kinds: [kind] }).truth.data.includes(Number.POSITIVE_INFINITY),
      ).length;
    expect(skies("street")).toBeGreaterThan(2);
    expect(skies("room")).toBe(0);
  });

  it("refuses a size that is not in whole pixels", () => {
    expect(() => proceduralScene(0, { width: 3.5 })).toThrow(/whole pixels, got 3.5x240/);
  });
});

describe("proceduralDataset", () => {
  it("gives samples by number, in any order, and all of them in a row", async () => {
    const dataset = proceduralDataset(3, 7, { width: 16, height: 12 });
    const inOrder = [];
    for await (const sample of samplesOf(dataset)) inOrder.push(sample);
    expect(inOrder).toHaveLength(3);
    expect(await dataset.get(2)).toEqual(inOrder[2]);
    expect(inOrder[0]?.source).not.toBe(inOrder[1]?.source);
  });

  it("stops when aborted", async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const sample of samplesOf(proceduralDataset(5, 7, { width: 8, height: 8 }), {
        signal: abort.signal,
      })) {
        seen.push(sample.source);
        abort.abort();
      }
    };
    await expect(walk()).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toHaveLength(1);
  });
});
