import { expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { rgbToYuv420 } from "./rgb-to-yuv420.ts";
import type { Plane } from "./shrink-plane.ts";
import { type ColourCoding, LUMA_WEIGHTS, ycbcrToRgb } from "./ycbcr.ts";

const plane = (width: number, height: number, values: readonly number[]): Plane => {
  const stride = (width + 3) & ~3;
  const data = new Uint8Array(stride * height);
  values.forEach((value, i) => {
    data[Math.floor(i / width) * stride + (i % width)] = value;
  });
  return { width, height, stride, data };
};

/** The definition, in floating point. */
function exactRgb(y: number, cb: number, cr: number, { matrix, isFullRange }: ColourCoding): number[] {
  const { red, blue } = LUMA_WEIGHTS[matrix];
  const [luma, b, r] = isFullRange
    ? [y / 255, (cb - 128) / 255, (cr - 128) / 255]
    : [(y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224];
  const [outR, outB] = [luma + 2 * (1 - red) * r, luma + 2 * (1 - blue) * b];
  const outG = (luma - red * outR - blue * outB) / (1 - red - blue);
  return [outR, outG, outB].map((value) => Math.min(255, Math.max(0, value * 255)));
}

const codings = (["bt601", "bt709", "bt2020"] as const).flatMap((matrix) =>
  [false, true].map((isFullRange) => ({ matrix, isFullRange, transfer: "sdr" }) as const),
);

it.each(codings)("$matrix, full range: $isFullRange", (coding) => {
  const random = createRandom(5);
  const values = Array.from({ length: 300 }, () => [0, 1, 2].map(() => Math.floor(random.next() * 256)));
  const channel = (k: number): Plane =>
    plane(
      300,
      1,
      values.map((value) => value[k] as number),
    );
  const rgb = ycbcrToRgb({ y: channel(0), u: channel(1), v: channel(2), bitDepth: 8 }, coding);
  values.forEach(([y, cb, cr], i) => {
    const expected = exactRgb(y as number, cb as number, cr as number, coding);
    expected.forEach((value, k) => {
      expect(Math.abs((rgb[3 * i + k] as number) - value)).toBeLessThan(0.52);
    });
  });
});

it("repeats colour samples of planes half as wide or high, odd sizes included", () => {
  const grey = { matrix: "bt709", isFullRange: true, transfer: "sdr" } as const;
  const y = plane(3, 3, Array(9).fill(100));
  const whole = plane(3, 3, [90, 90, 200, 90, 90, 200, 30, 30, 160]);
  const expected = ycbcrToRgb({ y, u: whole, v: whole, bitDepth: 8 }, grey);
  const half = plane(2, 2, [90, 200, 30, 160]);
  expect(ycbcrToRgb({ y, u: half, v: half, bitDepth: 8 }, grey)).toEqual(expected);
  const wide = plane(2, 3, [90, 200, 90, 200, 30, 160]);
  expect(ycbcrToRgb({ y, u: wide, v: wide, bitDepth: 8 }, grey)).toEqual(expected);
});

it.each([
  [8, 6],
  [7, 5],
  [1, 1],
])("goes to 4:2:0 and back, %i x %i", (width, height) => {
  const random = createRandom(9);
  const colour = [0, 1, 2].map(() => Math.floor(random.next() * 256));
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3] as number);
  const { y, u, v } = rgbToYuv420({ width, height, data, maxValue: 255 });
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  expect([y.length, u.length, v.length]).toEqual([width * height, halfWidth * halfHeight, halfWidth * halfHeight]);
  const planes = {
    y: plane(width, height, [...y]),
    u: plane(halfWidth, halfHeight, [...u]),
    v: plane(halfWidth, halfHeight, [...v]),
  };
  const back = ycbcrToRgb({ ...planes, bitDepth: 8 }, { matrix: "bt709", isFullRange: false, transfer: "sdr" });
  back.forEach((value, i) => {
    expect(Math.abs(value - (data[i] as number))).toBeLessThanOrEqual(3);
  });
});

it("writes the corners of the colour cube as BT.709 defines them", () => {
  const coded = (rgb: readonly number[]): number[] => {
    const { y, u, v } = rgbToYuv420({ width: 1, height: 1, data: Uint8Array.from(rgb), maxValue: 255 });
    return [y[0], u[0], v[0]] as number[];
  };
  expect(coded([0, 0, 0])).toEqual([16, 128, 128]);
  expect(coded([255, 255, 255])).toEqual([235, 128, 128]);
  expect(coded([255, 0, 0])).toEqual([63, 102, 240]);
  expect(coded([0, 255, 0])).toEqual([173, 42, 26]);
  expect(coded([0, 0, 255])).toEqual([32, 240, 118]);
});

it("takes the mean of the four pixels of a colour sample", () => {
  const data = Uint8Array.from([255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255]);
  const { u, v } = rgbToYuv420({ width: 2, height: 2, data, maxValue: 255 });
  expect([u[0], v[0]]).toEqual([171, 179]);
});

it("takes pictures of 16 bits", () => {
  const data = Uint16Array.from([65535, 32896, 0]);
  const { y } = rgbToYuv420({ width: 1, height: 1, data, maxValue: 65535 });
  const same = rgbToYuv420({ width: 1, height: 1, data: Uint8Array.from([255, 128, 0]), maxValue: 255 });
  expect(y).toEqual(same.y);
});
