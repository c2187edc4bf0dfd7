import { describe, expect, it } from "vitest";
import { runOnce } from "../../test/support/run-graph.ts";
import { createGraph, input } from "../graph/graph.ts";
import { elementCount, float32, type Tensor } from "../graph/tensor.ts";
import { createSession } from "../runtime/session.ts";
import { createRandom } from "../util/random.ts";
import { buildInception, halvedByMaximum } from "./inception.ts";

describe("buildInception", () => {
  const graph = buildInception();
  const shapes = [...graph.parameters].map(([name, { dims }]) => [name, dims as readonly number[]] as const);

  it("has the 94 convolutions of Inception v3 and its 21.8 M weights", () => {
    const encoder = shapes.filter(([name]) => name.startsWith("encoder."));
    expect(encoder).toHaveLength(2 * 94);
    // Keras' InceptionV3 without its top has 21,802,784 numbers: batch norm holds three a channel, folded it is one.
    const channels = encoder
      .filter(([, dims]) => dims.length === 1)
      .reduce((sum, [, dims]) => sum + elementCount(dims), 0);
    const total = encoder.reduce((sum, [, dims]) => sum + elementCount(dims), 0);
    expect(total + 2 * channels).toBe(21_802_784);
  });

  it("takes pictures of any size in multiples of 32", async () => {
    const random = createRandom(1);
    const weights = new Map<string, Tensor>(
      shapes.map(([name, dims]) => {
        const scale = 1 / Math.sqrt(elementCount(dims.slice(1)));
        return [
          name,
          float32(
            dims,
            Float32Array.from({ length: elementCount(dims) }, () => random.uniform(-scale, scale)),
          ),
        ];
      }),
    );
    const session = await createSession(graph, weights, { threads: 1 });
    for (const [height, width] of [
      [64, 96],
      [96, 64],
    ] as const) {
      const pixels = float32([1, 3, height, width], new Float32Array(3 * height * width).fill(0.5));
      const results = await session.run({ pixel_values: pixels });
      const depth = results.predicted_depth as Tensor;
      expect(depth.dims).toEqual([1, height, width]);
      expect((depth.data as Float32Array).every((d) => d >= 0 && Number.isFinite(d))).toBe(true);
    }
    await session.dispose();
  });
});

describe("halvedByMaximum", () => {
  it("is the largest of 3x3 at every other place, from the place itself down and right", async () => {
    const [height, width] = [6, 8];
    const random = createRandom(2);
    const data = Float32Array.from({ length: height * width }, () => random.next());
    const x = input(createGraph("pool"), "x", [1, 1, height, width]);
    const [pooled] = (await runOnce([halvedByMaximum(x)], { x: float32([1, 1, height, width], data) })) as [Tensor];
    const expected = Array.from({ length: 12 }, (_, i) => {
      const [row, column] = [2 * Math.floor(i / 4), 2 * (i % 4)];
      let most = 0;
      for (let y = row; y < Math.min(height, row + 3); y++)
        for (let c = column; c < Math.min(width, column + 3); c++) most = Math.max(most, data[y * width + c] as number);
      return most;
    });
    expect(pooled.dims).toEqual([1, 1, 3, 4]);
    expect([...(pooled.data as Float32Array)]).toEqual(expected);
  });
});
