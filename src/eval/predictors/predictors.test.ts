import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proceduralDataset, proceduralScene } from "../../data/procedural/scene.ts";
import { loadModel } from "../../depth/load-model.node.ts";
import { rawEstimate } from "../../depth/raw-estimate.ts";
import { encodeNpy } from "../../output/npy.ts";
import { explicitProtocol } from "../eval-target.ts";
import { presetProtocol } from "../presets.ts";
import type { Protocol } from "../protocol.ts";
import { inlineWork } from "../work/eval-work.ts";
import { meanMapPredictor, rampPredictor } from "./baselines.ts";
import { filesPredictor } from "./files-predictor.node.ts";
import { networkPredictor } from "./network-predictor.ts";
import type { Predictor, PredictorInput } from "./predictor.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "depth-predictions-"));
});
afterAll(() => rm(folder, { recursive: true }));

const METRES = { truth: "depth-metres", limits: { capMetres: 10, crop: "none" } } as const;
const protocol = presetProtocol("midas", METRES);
const { image } = proceduralScene(1, { width: 96, height: 64 });

const predict = async (predictor: Predictor, input: PredictorInput, how: Protocol) =>
  (await predictor.prepare(input, how, inlineWork))();

describe("networkPredictor", () => {
  test("with the usual protocol gives what estimate gives", async () => {
    const model = await loadModel();
    const predictor = networkPredictor(model, { fingerprint: "", summary: "" });
    const { data, width, height } = await predict(predictor, { id: "a", image }, protocol);
    const estimate = await model.estimate(image);
    expect([width, height]).toEqual([estimate.inputWidth, estimate.inputHeight]);
    expect((await rawEstimate(model, image)).data).toEqual(data);
    await model.dispose();
  });

  test("limits an elongated picture's longer side as the model does, unless the protocol says a size", async () => {
    const model = await loadModel();
    const predictor = networkPredictor(model, { fingerprint: "", summary: "" });
    const wide = proceduralScene(1, { width: 240, height: 64 }).image;
    const sizeFor = async (how: Protocol) => {
      const { width, height } = await predict(predictor, { id: "a", image: wide }, how);
      return [width, height];
    };
    const explicit = explicitProtocol(protocol, predictor);
    expect(explicit.resize).toMatchObject({ target: 288, maxSide: 448 });
    const { inputWidth, inputHeight } = await model.estimate(wide);
    for (const how of [protocol, explicit]) expect(await sizeFor(how)).toEqual([inputWidth, inputHeight]);
    expect([inputWidth, inputHeight]).toEqual([448, 128]);
    expect(await sizeFor({ ...protocol, resize: { ...protocol.resize, target: 96 } })).toEqual([352, 96]);
    await model.dispose();
  });

  test("flip averaging makes the estimate of a mirrored picture the mirrored estimate", async () => {
    const model = await loadModel();
    const predictor = networkPredictor(model, { fingerprint: "", summary: "" });
    const zoe = presetProtocol("zoedepth-nyu", METRES);
    const mirrored = { ...image, data: image.data.slice() };
    for (let i = 0; i < image.width * image.height; i++) {
      const x = i % image.width;
      for (let c = 0; c < 3; c++)
        mirrored.data[3 * i + c] = image.data[3 * (i - x + image.width - 1 - x) + c] as number;
    }
    const [plain, other] = [
      await predict(predictor, { id: "a", image }, zoe),
      await predict(predictor, { id: "a", image: mirrored }, zoe),
    ];
    // 518x392 at Nano's multiple of 32.
    expect([plain.width, plain.height]).toEqual([512, 384]);
    let worst = 0;
    for (let i = 0; i < plain.data.length; i++) {
      const x = i % plain.width;
      worst = Math.max(
        worst,
        Math.abs((plain.data[i] as number) - (other.data[i - x + plain.width - 1 - x] as number)),
      );
    }
    expect(worst).toBeLessThan(1e-3);
    await model.dispose();
  });
});

describe("baselines", () => {
  test("the ramp rises from top to bottom", async () => {
    const { data } = await predict(rampPredictor(), { id: "a", image }, protocol);
    for (let y = 1; y < data.length; y++) expect(data[y] as number).toBeGreaterThan(data[y - 1] as number);
  });

  test("the mean map weighs every picture by its own median", async () => {
    const scenes = proceduralDataset(8, 5, { width: 64, height: 48, kinds: ["room"] });
    const scaled = {
      ...scenes,
      get: async (index: number) => {
        const sample = await scenes.get(index);
        const data = sample.truth.data.map((z) => z * (1 + index));
        return { ...sample, truth: { kind: "depth-metres", data } as const };
      },
    };
    const meanOf = async (dataset: typeof scenes) =>
      (await predict(await meanMapPredictor(dataset, ""), { id: "a", image }, protocol)).data;
    const [one, other] = [await meanOf(scenes), await meanOf(scaled)];
    for (let i = 0; i < one.length; i++) expect(other[i]).toBeCloseTo(one[i] as number, 4);
    expect(Math.max(...one)).toBeGreaterThan(1);
  });
});

describe("filesPredictor", () => {
  const write = async (path: string, values: readonly number[]) =>
    writeFile(join(folder, path), encodeNpy({ dims: [1, values.length], data: Float32Array.from(values) }));

  test("finds maps by id or by its last piece, with _depth or without", async () => {
    await mkdir(join(folder, "maps/sub"), { recursive: true });
    await write("maps/a.npy", [1, 2]);
    await write("maps/sub/b_depth.npy", [3, 4]);
    const predictor = await filesPredictor(join(folder, "maps"), { kind: "metric" });
    expect(predictor.name).toBe("maps");
    for (const [id, values] of [
      ["a", [1, 2]],
      ["scene/a", [1, 2]],
      ["sub/b", [3, 4]],
      ["b", [3, 4]],
    ] as const)
      expect([...(await predict(predictor, { id, image }, protocol)).data]).toEqual(values);
    await expect(predict(predictor, { id: "c", image }, protocol)).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(/no prediction for picture c; expected one file c with one of \.exr/),
    });
  });

  test("refuses to guess between two maps, and empty folders", async () => {
    await mkdir(join(folder, "two/x"), { recursive: true });
    await write("two/x/a.npy", [1]);
    await mkdir(join(folder, "two/y"));
    await write("two/y/a.npy", [2]);
    const predictor = await filesPredictor(join(folder, "two"), { kind: "disparity" });
    await expect(predict(predictor, { id: "a", image }, protocol)).rejects.toThrow(
      /several predictions \(x\/a\.npy, y\/a\.npy\)/,
    );
    await mkdir(join(folder, "empty"));
    await expect(filesPredictor(join(folder, "empty"), { kind: "metric" })).rejects.toThrow(/holds no predictions/);
  });
});
