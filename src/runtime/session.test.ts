import { describe, expect, it } from "vitest";
import { symbol } from "../graph/dim.ts";
import { createGraph, type Graph, input, output, parameter } from "../graph/graph.ts";
import * as o from "../graph/operations.ts";
import { float32, type Tensor } from "../graph/tensor.ts";
import { createSession, openSession, type SessionOptions } from "./session.ts";

/** y = sigmoid(x w + b), with one tensor above and one below the size that is kept inside the model file. */
function layer(): { graph: Graph; weights: Map<string, Tensor>; x: Tensor } {
  const graph = createGraph("layer");
  const x = input(graph, "x", [symbol("rows"), 32]);
  const product = o.matmul(x, parameter(graph, "w", [32, 16]));
  output("y", o.sigmoid(o.add(product, parameter(graph, "b", [16]))));
  const wave = (dims: readonly number[], count: number) =>
    float32(
      dims,
      Array.from({ length: count }, (_, i) => Math.sin(i)),
    );
  const weights = new Map([
    ["w", wave([32, 16], 512)],
    ["b", wave([16], 16)],
  ]);
  return { graph, weights, x: wave([4, 32], 128) };
}

describe("session", () => {
  it("gives the same numbers for every number of threads and level of optimisation", async () => {
    const { graph, weights, x } = layer();
    const run = async (options: SessionOptions) => {
      const session = await createSession(graph, weights, options);
      expect(session.inputNames).toEqual(["x"]);
      expect(session.outputNames).toEqual(["y"]);
      const { y } = await session.run({ x });
      await session.dispose();
      return y as Tensor<"float32">;
    };
    const [w, b] = ["w", "b"].map((name) => weights.get(name)?.data) as [Float32Array, Float32Array];
    const expected = Array.from({ length: 64 }, (_, i) => {
      const [row, column] = [Math.floor(i / 16), i % 16];
      let sum = b[column] as number;
      for (let k = 0; k < 32; k++) sum += (x.data[row * 32 + k] as number) * (w[k * 16 + column] as number);
      return 1 / (1 + Math.exp(-sum));
    });
    for (const options of [
      {},
      { optimization: "off" },
      { threads: 1 },
      { threads: 2 },
      { optimization: "basic" },
      { optimization: "extended" },
    ] as const) {
      const { dims, data } = await run(options);
      expect(dims).toEqual([4, 16]);
      for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 5);
    }
  });

  it("takes parameters without a value as inputs", async () => {
    const { graph, weights, x } = layer();
    const b = weights.get("b") as Tensor;
    weights.delete("b");
    const session = await createSession(graph, weights);
    expect(session.inputNames).toEqual(["x", "b"]);
    expect((await session.run({ x, b })).y?.dims).toEqual([4, 16]);
    await session.dispose();
  });

  it("runs requests side by side", async () => {
    const { graph, weights, x } = layer();
    const session = await createSession(graph, weights, { threads: 1 });
    const alone = await session.run({ x });
    const together = await Promise.all(Array.from({ length: 8 }, () => session.run({ x })));
    for (const result of together) expect(result).toEqual(alone);
    await session.dispose();
  });

  it("says what is wrong with an input", async () => {
    const { graph, weights, x } = layer();
    const session = await createSession(graph, weights);
    const cases: readonly (readonly [Record<string, Tensor>, RegExp])[] = [
      [{}, /Model "layer" needs input "x"\./],
      [{ pixels: x }, /Model "layer" needs input "x"\./],
      [{ x: float32([2, 31]) }, /Model "layer" failed on inputs x float32\[2, 31\]: .*invalid dimensions/s],
      [{ x: float32([32]) }, /x float32\[32\]: Invalid rank/],
      [{ x: { ...x, dims: [5, 32] } }, /x float32\[5, 32\]: .*size\(160\) does not match data length\(128\)/],
      [{ x: { dtype: "float64", dims: [1, 32], data: new Float64Array(32) } }, /x float64\[1, 32\]: .*data type/],
    ];
    for (const [feeds, message] of cases) {
      const failing = session.run(feeds);
      await expect(failing).rejects.toThrow(message);
      await expect(failing).rejects.toMatchObject({ name: "DepthError", code: "bad-argument" });
    }
    expect((await session.run({ x })).y?.dims).toEqual([4, 16]); // a refused input does no harm
    await session.dispose();
  });

  it("can be disposed of twice but not used after", async () => {
    const { graph, weights, x } = layer();
    const session = await createSession(graph, weights);
    await session.dispose();
    await session.dispose();
    await expect(session.run({ x })).rejects.toMatchObject({
      code: "bad-state",
      message: 'The session of model "layer" has been disposed of.',
    });
  });

  it("says which model ONNX Runtime refuses", async () => {
    const { graph, weights } = layer();
    const bad = createSession(graph, new Map(weights).set("w", float32([16, 32])));
    await expect(bad).rejects.toMatchObject({ code: "bad-state" });
    await expect(bad).rejects.toThrow(/^ONNX Runtime refused model "layer": /);
    await expect(openSession(new Uint8Array([1, 2, 3]), "broken.onnx")).rejects.toThrow(
      /^ONNX Runtime refused model "broken.onnx": /,
    );
  });

  it("names the devices there are when one cannot be used", async () => {
    const { graph, weights } = layer();
    const device = process.platform === "linux" ? "coreml" : "directml"; // never in that system's build
    const message =
      process.platform === "linux"
        ? /^Device "coreml" cannot be used: this installation has no such device\. This installation can try: cpu.*\. It is part of onnxruntime-node on macOS only\.$/
        : /^Device "directml" cannot be used/;
    await expect(createSession(graph, weights, { device })).rejects.toThrow(message);
    await expect(createSession(graph, weights, { device })).rejects.toMatchObject({ code: "device-unavailable" });
  });

  it("gives a listed GPU's own reason and what it needs where it does not start", async ({ skip }) => {
    const { graph, weights } = layer();
    const session = await createSession(graph, weights, { device: "cuda" }).catch((error: Error) => error);
    if ("run" in session) {
      await session.dispose();
      skip("This machine runs CUDA.");
    } else {
      expect(session).toMatchObject({ name: "DepthError", code: "device-unavailable" });
      expect(session.message).toMatch(
        /^Device "cuda" cannot be used: .+ can try: cpu.* It needs Linux on x64, an NVIDIA/s,
      );
      expect(session.message).not.toMatch(/can try: [^.]*cuda/);
    }
  });
});
