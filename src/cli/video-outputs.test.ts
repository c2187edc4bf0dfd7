import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planVideoOutputs } from "./video-outputs.ts";

const outputs = (inputs: readonly string[], options: Partial<Parameters<typeof planVideoOutputs>[1]> = {}) =>
  planVideoOutputs(inputs, { as: "colour", ...options }).map(({ output }) => output);

test("outputs lie beside their clips, in the clip's container where it can be written", () => {
  expect(outputs(["a/x.mp4", "b.MKV", "c.avi"])).toEqual(["a/x_depth.mp4", "b_depth.mkv", "c_depth.mp4"]);
  expect(outputs(["x.webm"], { as: "side-by-side" })).toEqual(["x_side-by-side.webm"]);
  expect(outputs(["x.mp4"], { format: "webm", as: "grey" })).toEqual(["x_grey.webm"]);
  expect(outputs(["x.mp4"], { format: "npz" })).toEqual(["x_depth.npz"]);
  expect(outputs(["x.mp4"], { format: "png16" })).toEqual(["x_depth_png16"]);
});

test("--out is a file with an ending, else a folder", async () => {
  expect(outputs(["x.mp4"], { out: "d/y.webm" })).toEqual(["d/y.webm"]);
  expect(outputs(["x.mp4"], { out: "frames", format: "npy" })).toEqual(["frames"]);
  expect(outputs(["x.mp4", "y.mp4"], { out: "d/" })).toEqual(["d/x_depth.mp4", "d/y_depth.mp4"]);
  const folder = await mkdtemp(join(tmpdir(), "depth-anything.dotted"));
  try {
    expect(outputs(["x.mp4"], { out: folder })).toEqual([join(folder, "x_depth.mp4")]);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(() => outputs(["x.mp4", "y.mp4"], { out: "z.mp4" })).toThrow(/looks like one file/);
});

test("no output has the name of a clip or of another output", () => {
  expect(() => outputs(["x.mp4", "x_depth.mp4"])).toThrow(/the clip x_depth\.mp4 itself/);
  expect(() => outputs(["a/x.mp4", "b/x.mp4"], { out: "d/" })).toThrow(/also written for a\/x\.mp4/);
  const options = { as: "colour", poster: "posters/" } as const;
  expect(planVideoOutputs(["x.mp4", "y.mp4"], options).map(({ poster }) => poster)).toEqual([
    "posters/x_poster.png",
    "posters/y_poster.png",
  ]);
});
