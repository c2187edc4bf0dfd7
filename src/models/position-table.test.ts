import { expect, test } from "vitest";
import { goldenTensors, relativeError } from "../../test/golden-file.ts";
import { symbol } from "../graph/dim.ts";
import { createGraph, input, output } from "../graph/graph.ts";
import { float32, type Tensor } from "../graph/tensor.ts";
import { createSession } from "../runtime/session.ts";
import { positionTable } from "./dinov2.ts";

const golden = goldenTensors("posembed.safetensors");
const sizes = [...golden.keys()].flatMap((name) => /^offset01\.(\d+)x(\d+)$/.exec(name)?.[0] ?? []);

test("the position table of every size is the official one, and its own size is exact", async () => {
  const graph = createGraph("position");
  const [rows, columns] = [symbol("rows"), symbol("columns")];
  const pixels = input(graph, "pixels", [1, 1, rows, columns]);
  const config = { embedDim: 2, imageSize: 518, patchSize: 14, interpolateOffset: 0.1 };
  output("table", positionTable(pixels, rows, columns, config));
  const trained = golden.get("pos_embed") as Tensor;
  const session = await createSession(graph, new Map([["pretrained.pos_embed", trained]]), { threads: 1 });
  for (const name of sizes) {
    const [height = 0, width = 0] = name.slice(9).split("x").map(Number);
    const { table } = await session.run({ pixels: float32([1, 1, height / 14, width / 14]) });
    const expected = golden.get(name) as Tensor;
    expect(table?.dims).toEqual(expected.dims);
    const error = relativeError(table?.data as Float32Array, expected.data as Float32Array);
    expect(error, name).toBeLessThanOrEqual(name.endsWith("518x518") ? 0 : 1e-5);
  }
  await session.dispose();
  expect(sizes.length).toBeGreaterThanOrEqual(6);
});
