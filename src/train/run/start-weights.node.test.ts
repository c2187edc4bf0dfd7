import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGraph, parameter } from "../../graph/graph.ts";
import { float32, type Tensor } from "../../graph/tensor.ts";
import { encodeSafetensors } from "../../weights/safetensors.ts";
import { trainableNetwork } from "../network/trainable-network.ts";
import { startWeights, weightsDigest } from "./start-weights.node.ts";

let folder: string;
const path = (name: string) => join(folder, name);
const write = (name: string, tensors: Record<string, Tensor>) =>
  writeFile(path(name), encodeSafetensors(new Map(Object.entries(tensors))));

/** Two tensors; only `build` and the encoder's prefix matter here. */
const network = {
  ...trainableNetwork("small"),
  name: "two tensors",
  build: () => {
    const graph = createGraph("two");
    parameter(graph, "pretrained.a.weight", [2, 2]);
    parameter(graph, "head.b.weight", [1, 2]);
    return graph;
  },
};
const ENCODER = float32([2, 2], [1, 2, 3, 4]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "start-"));
  await write("whole.safetensors", { "pretrained.a.weight": ENCODER, "head.b.weight": float32([1, 2], [5, 6]) });
  await write("dinov2.safetensors", { "a.weight": ENCODER, mask_token: float32([1], [0]) });
  await write("other.safetensors", { "pretrained.a.weight": float32([4], [1, 2, 3, 4]) });
});
afterAll(() => rm(folder, { recursive: true }));

test("the encoder of a whole model, or of DINOv2's own file, starts under a random decoder", async () => {
  for (const file of ["whole.safetensors", "dinov2.safetensors"]) {
    const weights = await startWeights(network, { encoder: path(file), decoder: "random" }, 1);
    expect([...weights.keys()]).toEqual(["pretrained.a.weight", "head.b.weight"]);
    expect(weights.get("pretrained.a.weight")).toEqual(ENCODER);
    expect(weights.get("head.b.weight")?.data).not.toEqual(Float32Array.of(5, 6));
  }
  const both = { encoder: path("whole.safetensors"), decoder: path("whole.safetensors") };
  expect((await startWeights(network, both, 1)).get("head.b.weight")?.data).toEqual(Float32Array.of(5, 6));
});

test("random values hang on the seed", async () => {
  const digest = async (seed: number) =>
    weightsDigest(await startWeights(network, { encoder: "random", decoder: "random" }, seed));
  expect(await digest(1)).toBe(await digest(1));
  expect(await digest(1)).not.toBe(await digest(2));
});

test.each([
  [
    "other.safetensors",
    "random",
    /other.safetensors cannot start the encoder of two tensors: tensor "pretrained.a.weight" is \[4\], expected \[2,2\]/,
  ],
  ["random", "dinov2.safetensors", /cannot start the decoder .* "head.b.weight" is missing, expected \[1,2\]/],
  ["none.safetensors", "random", /none.safetensors/],
])("%s under %s is refused", async (encoder, decoder, message) => {
  const source = (name: string) => (name === "random" ? name : path(name));
  await expect(startWeights(network, { encoder: source(encoder), decoder: source(decoder) }, 1)).rejects.toThrow(
    message,
  );
});

test("a network without a pre-trained encoder of its own says what to give", async () => {
  await expect(startWeights(network, { encoder: "pretrained", decoder: "random" }, 1)).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("DINOv2 checkpoint"),
  });
});
