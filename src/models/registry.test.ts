import { describe, expect, test } from "vitest";
import { officialConfig } from "./config.ts";
import { findModel } from "./find-model.ts";
import type { DepthAnythingRow } from "./model-row.ts";
import { MODELS } from "./registry.ts";

const official = MODELS.filter((row): row is DepthAnythingRow => row.family !== "nano");

describe("the registry", () => {
  test("lists every published size under its own id", () => {
    const sizes = ["small", "base", "large"];
    expect(MODELS.map((row) => row.id)).toEqual([
      "nano",
      ...sizes,
      ...sizes.map((size) => `${size}-v2`),
      ...["indoor", "outdoor"].flatMap((place) => sizes.map((size) => `metric-${place}-${size}-v2`)),
    ]);
  });

  test.each(official.map((row) => [row.id, row] as const))("%s is consistent", (id, row) => {
    const place = id.includes("indoor") ? 20 : id.includes("outdoor") ? 80 : undefined;
    expect(row.maxDepthMetres).toBe(place);
    expect(row.kind).toBe(place === undefined ? "disparity" : "metric");
    expect(row.family).toBe(id.endsWith("-v2") ? "depth-anything-v2" : "depth-anything-v1");
    const size = /small|base|large/.exec(id)?.[0] as "small" | "base" | "large";
    const totals = { small: 24_785_089, base: 97_470_785, large: 335_315_649 };
    expect(row.parameters).toBe(totals[size]);
    expect(row.encoder).toBe({ small: "vits", base: "vitb", large: "vitl" }[size]);
    expect(row.parameters).toBe(parameterCount(row));
    // Non-commercial are exactly the V2 models above Small.
    expect(row.commercialUse).toBe(row.family === "depth-anything-v1" || size === "small");
    expect(row.licence).toBe(row.commercialUse ? "Apache-2.0" : "CC-BY-NC-4.0");
    expect(row.sources).toHaveLength(2);
    for (const source of row.sources) {
      expect(`${source.repo}/${source.path}`.toLowerCase()).toMatch(new RegExp(`-${size}|${row.encoder}`));
      // Four bytes a parameter and a little for names.
      expect(source.approximateBytes).toBeGreaterThan(row.parameters * 3.9);
      expect(source.approximateBytes).toBeLessThan(row.parameters * 4.1);
    }
  });

  test("no two models share a file", () => {
    const files = MODELS.flatMap((row) =>
      row.sources.map((source) => `${source.repoType}/${source.repo}/${source.path}`),
    );
    expect(new Set(files).size).toBe(files.length);
  });

  test("an unknown id is answered with the known ones", () => {
    expect(findModel("small-v2").title).toBe("Depth Anything V2 Small");
    expect(() => findModel("smal")).toThrow(/no model "smal".*small-v2/);
  });
});

/** Parameters of DINOv2 with `mask_token` and of the DPT decoder, counted from the configuration alone. */
function parameterCount(row: DepthAnythingRow): number {
  const {
    embedDim: d,
    depth,
    features: f,
    outChannels,
    headFeatures,
    mlpRatio,
    imageSize,
    patchSize,
  } = officialConfig(row);
  const conv = (inputs: number, outputs: number, kernel: number, bias = 1) => outputs * (inputs * kernel ** 2 + bias);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const block = 4 * d + conv(d, 3 * d, 1) + conv(d, d, 1) + conv(d, mlpRatio * d, 1) + conv(mlpRatio * d, d, 1) + 2 * d;
  const encoder = 2 * d + ((imageSize / patchSize) ** 2 + 1) * d + conv(3, d, patchSize) + depth * block + 2 * d;
  const [c0 = 0, c1 = 0, , c3 = 0] = outChannels;
  const reassemble = sum(outChannels.map((c) => conv(d, c, 1) + conv(c, f, 3, 0)));
  // A transposed convolution has one bias per output, as many as inputs here.
  const resize = conv(c0, c0, 4) + conv(c1, c1, 2) + conv(c3, c3, 3);
  const fusion = 4 * (4 * conv(f, f, 3) + conv(f, f, 1));
  const head = conv(f, f / 2, 3) + conv(f / 2, headFeatures, 3) + conv(headFeatures, 1, 1);
  return encoder + reassemble + resize + fusion + head;
}
