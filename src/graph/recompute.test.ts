import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gradientError } from "../../test/support/finite-differences.ts";
import { feedsOf, runOnce } from "../../test/support/run-graph.ts";
import { createSession } from "../runtime/session.ts";
import { createRandom } from "../util/random.ts";
import { differentiate } from "./differentiate.ts";
import { createGraph, input, output, parameter, scope, type Value } from "./graph.ts";
import * as o from "./operations.ts";
import { float32, type Tensor } from "./tensor.ts";

const BLOCKS = 3;
const WIDTH = 4;
const BLOCK = /block\d+\//;

/** Blocks of attention and GELU with a skip each, a side exit of the second, and d loss / d (input and weights). */
function network(recompute?: RegExp) {
  const graph = createGraph("blocks");
  const x = input(graph, "x", [2, 5, WIDTH]);
  let path: Value = x;
  const exits: Value[] = [];
  for (let i = 0; i < BLOCKS; i++) {
    path = scope(graph, `block${i}`, () => {
      const y = o.matmul(path, parameter(graph, `weight${i}`, [WIDTH, WIDTH]));
      const attention = o.softmax(o.matmul(y, o.transpose(y, [0, 2, 1])), 2);
      return o.add(path, o.gelu(o.matmul(attention, y)));
    });
    exits.push(path);
  }
  const answer = o.mul(path, o.sigmoid(exits[1] as Value));
  const loss = o.reduceSum(o.mul(answer, answer), [0, 1, 2], { keepDims: false });
  const forward = graph.nodes.length;
  const wrt = [x, ...graph.parameters.values()];
  const gradients = differentiate(loss, wrt, recompute ? { recompute } : {});
  return { graph, x, exits, gradients, backward: graph.nodes.slice(forward) };
}

function feeds(network: { graph: ReturnType<typeof createGraph> }): Record<string, Tensor> {
  const random = createRandom(3);
  const seeded = (dims: readonly number[]) =>
    float32(dims, Array.from({ length: dims.reduce((a, b) => a * b) }, () => 0.6 * random.normal())); // biome-ignore format: a formula
  const weights = [...network.graph.parameters.values()].map((p) => [p.name, seeded(p.dims as number[])] as const);
  return { ...feedsOf(network.graph, [seeded([2, 5, WIDTH])]), ...Object.fromEntries(weights) };
}

describe("differentiate with parts to recompute", () => {
  it("gives the same gradients", async () => {
    const [kept, again] = [network(), network(BLOCK)];
    const [expected, found] = [
      await runOnce(kept.gradients, feeds(kept)),
      await runOnce(again.gradients, feeds(again)),
    ];
    expect(expected).toHaveLength(1 + BLOCKS);
    for (const [i, { data }] of expected.entries())
      expect(gradientError(found[i]?.data as Float32Array, Array.from(data as Float32Array))).toBeLessThan(1e-6);
  });

  it("keeps of the forward pass only what enters and leaves the parts", () => {
    const { x, exits, backward } = network(BLOCK);
    const borders = new Set<Value>([x, ...exits]);
    const inside = (value: Value) => BLOCK.test(value.name) && !borders.has(value);
    expect(backward.flatMap((node) => node.inputs).filter(inside)).toEqual([]);
    expect(
      network()
        .backward.flatMap((node) => node.inputs)
        .filter(inside),
    ).not.toEqual([]);
  });

  it("repeats nothing that no gradient needs", () => {
    const { gradients, backward } = network(BLOCK);
    const used = new Set([...gradients, ...backward.flatMap((node) => node.inputs)]);
    // The skip's addition at the end of a block is one of them.
    for (const node of backward) expect(node.outputs.some((value) => used.has(value))).toBe(true);
    expect(backward.filter((node) => node.op === "Softmax")).toHaveLength(BLOCKS);
  });

  it("is not undone by ONNX Runtime, which finds common subexpressions", async () => {
    const again = network(BLOCK);
    for (const [i, value] of again.gradients.entries()) output(`gradient${i}`, value);
    const folder = await mkdtemp(join(tmpdir(), "depth-recompute-"));
    try {
      const session = await createSession(again.graph, new Map(), { threads: 1, profilePath: join(folder, "profile") });
      await session.run(feeds(again));
      await session.dispose();
      const [file] = await readdir(folder);
      const events = JSON.parse(await readFile(join(folder, file as string), "utf8")) as {
        name: string;
        args?: { op_name?: string };
      }[];
      const softmaxes = events.filter(({ name, args }) => name.endsWith("_kernel_time") && args?.op_name === "Softmax");
      expect(softmaxes).toHaveLength(2 * BLOCKS);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
