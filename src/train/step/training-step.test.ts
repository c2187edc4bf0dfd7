import { expect, test } from "vitest";
import { parameter } from "../../graph/graph.ts";
import * as o from "../../graph/operations.ts";
import { float32 } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { createTrainingStep, type StepInputs, type StepOptions } from "./training-step.ts";

const [HEIGHT, WIDTH, PLANE] = [6, 8, 48];
const random = createRandom(11);
const floats = (length: number) => Float32Array.from({ length }, () => random.next());
const ones = (length: number) => new Float32Array(length).fill(1);

/** A network of one 1x1 convolution, whose features are the picture's colours. */
const network = {
  forward: (pixels: Parameters<typeof o.reshape>[0]) => {
    const [count] = pixels.dims as readonly number[];
    const weight = parameter(pixels.graph, "weight", [1, 3, 1, 1]);
    const scale = parameter(pixels.graph, "scale", [3]);
    const colours = o.transpose(o.reshape(pixels, [count as number, 3, PLANE]), [0, 2, 1]);
    return {
      prediction: o.reshape(o.conv2d(pixels, weight, undefined, {}), [count as number, HEIGHT, WIDTH]),
      features: o.mul(colours, scale),
    };
  },
};
const parameters = new Map([
  ["weight", float32([1, 3, 1, 1], [0.2, 0.5, -0.1])],
  ["scale", float32([3], [1, 1, 1])],
]);
const LABELLED = {
  "labelled.pixels": floats(2 * 3 * PLANE),
  "labelled.target": floats(2 * PLANE),
  "labelled.mask": ones(2 * PLANE),
};
const UNLABELLED = {
  "unlabelled.pixels": floats(2 * 3 * PLANE),
  "unlabelled.target": floats(2 * PLANE),
  "unlabelled.mask": ones(2 * PLANE),
  "unlabelled.region": Float32Array.from({ length: 2 * PLANE }, (_, i) => Number(i % PLANE < 20)),
  "unlabelled.features": floats(2 * PLANE * 3),
};
const alignment = { weight: 1, margin: 1 };

async function run(inputs: StepInputs, options: Partial<StepOptions>) {
  const step = await createTrainingStep(network, {
    ...{ labelled: 2, unlabelled: 2, height: HEIGHT, width: WIDTH, losses: { affineInvariant: 1 }, alignment },
    ...options,
  });
  try {
    return await step.run(inputs, parameters);
  } finally {
    await step.dispose();
  }
}

test("the total is the plain average of what takes part, and so is its gradient", async () => {
  const all = await run({ ...LABELLED, ...UNLABELLED }, {});
  const [labelled, unlabelled, aligned] = await Promise.all([
    run(LABELLED, { unlabelled: 0, frozen: new Map([["scale", float32([3], [1, 1, 1])]]) }),
    run(UNLABELLED, {
      labelled: 0,
      alignment: { weight: 0, margin: 1 },
      frozen: new Map([["scale", float32([3], [1, 1, 1])]]),
    }),
    run(UNLABELLED, {
      labelled: 0,
      unlabelledWeight: 0,
      frozen: new Map([["weight", float32([1, 3, 1, 1], [0.2, 0.5, -0.1])]]),
    }),
  ]);
  expect(Object.keys(all.losses)).toEqual(["labelled", "unlabelled", "alignment", "total"]);
  expect(all.losses.labelled).toBeCloseTo(labelled.losses.total as number, 5);
  expect(all.losses.unlabelled).toBeCloseTo(unlabelled.losses.total as number, 5);
  expect(all.losses.alignment).toBeCloseTo(aligned.losses.total as number, 5);
  expect(all.losses.total).toBeCloseTo(
    ((labelled.losses.total ?? 0) + (unlabelled.losses.total ?? 0) + (aligned.losses.total ?? 0)) / 3,
    5,
  );
  const [a, b, c] = [all, labelled, unlabelled].map(({ gradients }) => gradients.get("weight") as Float32Array);
  a?.forEach((value, i) => {
    expect(value).toBeCloseTo(((b?.[i] ?? 0) + (c?.[i] ?? 0)) / 3, 4);
  });
  all.gradients.get("scale")?.forEach((value, i) => {
    expect(value).toBeCloseTo((aligned.gradients.get("scale")?.[i] ?? 0) / 3, 5);
  });
  expect(all.prediction).toHaveLength(4 * PLANE);
});

test("weights, several losses and the worst pixels change the terms as they say", async () => {
  const inputs = { ...LABELLED, ...UNLABELLED };
  const plain = await run(inputs, {});
  const weighted = await run(inputs, {
    ...{
      losses: { affineInvariant: 1, gradientMatching: 2 },
      labelledWeight: 3,
      unlabelledWeight: 0.5,
      dropWorst: 0.2,
    },
    alignment: { weight: 2, margin: 1 },
  });
  const of = (name: string) => weighted.losses[name] as number;
  expect(of("labelled.affineInvariant")).toBeCloseTo(plain.losses.labelled as number, 5);
  expect(of("labelled")).toBeCloseTo(of("labelled.affineInvariant") + 2 * of("labelled.gradientMatching"), 4);
  expect(of("unlabelled")).toBeLessThan(0.9 * (plain.losses.unlabelled as number));
  expect(of("total")).toBeCloseTo((3 * of("labelled") + 0.5 * of("unlabelled") + 2 * of("alignment")) / 3, 4);
});

test("a step without anything to learn from is refused", async () => {
  await expect(run({}, { losses: {}, unlabelled: 0 })).rejects.toThrow("nothing to learn from");
});
