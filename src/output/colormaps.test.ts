import { expect, test } from "vitest";
import { goldenJson } from "../../test/golden-file.ts";
import { COLORMAPS, type Colormap, colorTable } from "./colormaps.ts";

const golden = goldenJson<Readonly<Record<string, number[][]>>>("colormaps.json");

test.each<[Colormap, string]>([
  ["inferno", "v1_cv2_INFERNO_rgb_u8"],
  ["spectral_r", "mpl_Spectral_r_rgb_u8_truncated"],
  ["spectral", "mpl_Spectral_rgb_u8_truncated"],
])("%s equals the official table in all 256 colours", (name, key) => {
  expect([...colorTable(name)]).toEqual(golden[key]?.flat());
});

test.each<[Colormap, [level: number, r: number, g: number, b: number][]]>([
  [
    "turbo",
    [
      [0, 48, 18, 59],
      [7, 56, 39, 109],
      [100, 63, 246, 138],
      [128, 164, 252, 60],
      [201, 243, 99, 21],
      [255, 122, 4, 3],
    ],
  ],
  [
    "viridis",
    [
      [0, 68, 1, 84],
      [128, 33, 145, 140],
      [255, 253, 231, 37],
    ],
  ],
  [
    "magma",
    [
      [0, 0, 0, 4],
      [255, 252, 253, 191],
    ],
  ],
  [
    "plasma",
    [
      [0, 13, 8, 135],
      [255, 240, 249, 33],
    ],
  ],
])("%s has the published colours within one level", (name, colors) => {
  for (const [level, ...rgb] of colors) {
    const found = colorTable(name).subarray(level * 3, level * 3 + 3);
    expect(
      Math.max(...rgb.map((channel, c) => Math.abs(channel - (found[c] as number)))),
      `${level}: ${found}`,
    ).toBeLessThan(2);
  }
});

test("grey is the level on all three channels, and every table has 256 colours", () => {
  expect([...colorTable("grey")]).toEqual(Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)));
  for (const name of COLORMAPS) expect(new Set(chunks(colorTable(name))).size, name).toBeGreaterThan(200);
});

function chunks(table: Uint8Array): string[] {
  return Array.from({ length: table.length / 3 }, (_, i) => table.subarray(i * 3, i * 3 + 3).join());
}
