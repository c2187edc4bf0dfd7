import { describe, expect, test } from "vitest";
import { DATASETS } from "../../data/dataset-registry.node.ts";
import { parseTrainConfig, stageIdentity } from "./train-config.ts";

const SCENES = { type: "procedural", count: 4, seed: 1 } as const;
const MINIMAL = {
  ...{ seed: 1, width: 64, height: 64, labelled: [{ spec: SCENES }] },
  teacher: { steps: 10, batchSize: 2 },
  student: { steps: 10, labelledBatch: 2, unlabelledBatch: 4 },
};
const parse = (changes: object) => parseTrainConfig({ ...MINIMAL, ...changes }, "run.json");

test("the defaults are the paper's", () => {
  const { teacher, student } = parse({});
  for (const stage of [teacher, student])
    expect(stage).toMatchObject({
      ...{ encoder: "pretrained", decoder: "random", schedule: "linear", accumulate: 1, averageDecay: 0 },
      learningRate: { encoder: 5e-6, decoder: 5e-5 },
      losses: { affineInvariant: 1 },
      augment: { flip: true, colour: 0, scale: [1, 1], aspect: 1 },
    });
  expect(student).toMatchObject({
    ...{ labels: "teacher", cutMix: 0.5, dropWorst: 0, alignment: { weight: 1, margin: 0.85 } },
    ...{ weights: { labelled: 1, unlabelled: 1 }, unlabelledLosses: { affineInvariant: 1 } },
  });
});

describe("datasets", () => {
  test("of every type with depth can be learned from, with the options they take", () => {
    for (const { type, truth, options } of DATASETS) {
      const values = { assignSky: true, pass: "clean", encoding: "metres", minConfidence: 0.5 };
      const given = Object.fromEntries(options.map((name) => [name, values[name as "pass"] ?? "some text"]));
      const read = () => parse({ labelled: [{ spec: { type, folder: "data", ...given }, weight: 2 }] });
      if (truth === "point-pairs") expect(read).toThrow("labelled[0].spec");
      else expect(read().labelled).toEqual([{ spec: { type, folder: "data", ...given }, weight: 2 }]);
    }
  });

  test.each([
    [{ type: "nyu", folder: "data" }, /labelled\[0\]\.spec/],
    [{ type: "kitti" }, /labelled\[0\]\.spec\.folder/],
    [{ type: "kitti", folder: "data", pass: "clean" }, /Dataset kitti has no option "pass"/],
    [{ type: "kitti", folder: "data", colour: 1 }, /Unrecognized key: "colour"/],
    [{ type: "photos", folder: "data" }, /labelled\[0\]\.spec/],
    [{ ...SCENES, kinds: ["castle"] }, /labelled\[0\]\.spec\.kinds\[0\]/],
  ])("refuse %o", (spec, message) => {
    expect(() => parse({ labelled: [{ spec }] })).toThrow(message);
  });

  test("without depth are only for the unlabelled part", () => {
    const photos = [{ spec: { type: "photos", folder: "pictures" } }];
    expect(parse({ unlabelled: photos }).unlabelled).toEqual(photos);
  });
});

test.each([
  [{ width: 0 }, /width/],
  [{ colour: 1 }, /Unrecognized key: "colour"/],
  [{ teacher: { steps: 1, batchSize: 1, losses: { l1: 1 } } }, /teacher\.losses/],
  [{ teacher: { steps: 1, batchSize: 1, losses: { affineInvariant: 0 } } }, /a loss with a weight above 0/],
  [{ teacher: { steps: 1, batchSize: 1, cutMix: 1 } }, /Unrecognized key: "cutMix"/],
  [{ student: { steps: 1, labelledBatch: 1 } }, /student\.unlabelledBatch/],
  [{ validation: [{ spec: SCENES, protocol: "eigen" }] }, /validation\[0\]\.protocol/],
])("refuses %o by name", (changes, message) => {
  expect(() => parse(changes)).toThrow(/^run\.json is not a training configuration/);
  expect(() => parse(changes)).toThrow(message);
});

test("a stage's identity leaves out the other stage, threads and how often something is written", () => {
  const identity = (changes: object) => stageIdentity(parse(changes), "student");
  expect(identity({ teacher: { steps: 99, batchSize: 1 }, workers: 3, checkpointEvery: 7 })).toBe(identity({}));
  for (const changes of [
    { seed: 2 },
    { student: { ...MINIMAL.student, cutMix: 0 } },
    { labelled: [{ spec: SCENES, weight: 2 }] },
  ])
    expect(identity(changes)).not.toBe(identity({}));
});
