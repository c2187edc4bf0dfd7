import { expect, test } from "vitest";
import { colorTable } from "../../output/colormaps.ts";
import { legendStrip, legendTexts } from "./legend.node.ts";

test("a legend says metres, with as many decimals as tell them apart, or far and near", () => {
  const texts = (low: number, high: number) => legendTexts("metric", { low, high }).map(({ text }) => text);
  expect(texts(0, 80)).toEqual(["0 m", "20 m", "40 m", "60 m", "80 m"]);
  expect(texts(0.5, 2.5)).toEqual(["0.5 m", "1.0 m", "1.5 m", "2.0 m", "2.5 m"]);
  expect(texts(1, 1.2)).toEqual(["1.00 m", "1.05 m", "1.10 m", "1.15 m", "1.20 m"]);
  expect(legendTexts("disparity", { low: 3, high: 9 }).map(({ text }) => text)).toEqual([
    "far",
    "relative inverse depth",
    "near",
  ]);
});

test("the strip is even, as wide as asked, and runs through the colours", async () => {
  const colours = colorTable("turbo");
  const strip = await legendStrip(640, 360, { kind: "metric", colours, range: { low: 0, high: 10 } });
  expect([strip.width, strip.height % 2]).toEqual([640, 0]);
  const row = Math.round(strip.height * 0.25) * 640;
  const pixel = (x: number) => [...strip.data.subarray((row + x) * 3, (row + x) * 3 + 3)];
  const all = Array.from({ length: 640 }, (_, x) => pixel(x));
  const first = all.findIndex(([r, g, b]) => r !== 255 || g !== 255 || b !== 255);
  expect(all[first]).toEqual([...colours.subarray(0, 3)]);
  expect(all[640 - 1 - first]).toEqual([...colours.subarray(765)]);
});
