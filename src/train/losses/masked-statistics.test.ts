import { describe, expect, it } from "vitest";
import { runOnce } from "../../../test/support/run-graph.ts";
import { createGraph, input } from "../../graph/graph.ts";
import { float32 } from "../../graph/tensor.ts";
import { createRandom } from "../../util/random.ts";
import { maskedMedian } from "./masked-statistics.ts";

describe("maskedMedian", () => {
  it.each(["lower", "mid"] as const)("%s: as sorting finds it, for every count of valid pixels", async (kind) => {
    const [n, pixels] = [24, 11];
    const random = createRandom(2);
    const d = Array.from({ length: n * pixels }, () => random.int(6) - 3); // with ties
    const m = d.map((_, i) => Number(i % pixels <= Math.floor(i / pixels) % pixels));
    const expected = Array.from({ length: n }, (_, row) => {
      const valid = d.slice(row * pixels, (row + 1) * pixels).filter((_, i) => m[row * pixels + i]);
      valid.sort((a, b) => a - b);
      const lower = valid[Math.floor((valid.length - 1) / 2)] as number;
      return kind === "lower" ? lower : (lower + (valid[Math.floor(valid.length / 2)] as number)) / 2;
    });
    const graph = createGraph("median");
    const median = maskedMedian(input(graph, "d", [n, pixels]), input(graph, "m", [n, pixels]), kind);
    expect(median.dims).toEqual([n, 1]);
    const [found] = await runOnce([median], { d: float32([n, pixels], d), m: float32([n, pixels], m) });
    expect(Array.from(found?.data as Float32Array)).toEqual(expected);
  });
});
