import { expect, it } from "vitest";
import { type EncodeGoal, encoderSettings } from "./encoder-settings.ts";

const goal: EncodeGoal = {
  ...{ codec: "h264", width: 1280, height: 720, framesPerSecond: 30, quality: 75, isHardwareAllowed: false },
};

it("names profile and level as the standards do", () => {
  const codec = (change: Partial<EncodeGoal>): string => encoderSettings({ ...goal, ...change }).codec;
  expect(codec({})).toBe("avc1.64001f");
  expect(codec({ width: 1920, height: 1080 })).toBe("avc1.640028");
  expect(codec({ width: 1920, height: 1080, framesPerSecond: 60 })).toBe("avc1.64002a");
  expect(codec({ width: 3840, height: 2160 })).toBe("avc1.640033");
  expect(codec({ width: 4112, height: 64 })).toBe("avc1.64002a");
  expect(codec({ codec: "hevc" })).toBe("hvc1.1.6.L93.B0");
  expect(codec({ codec: "vp9" })).toBe("vp09.00.31.08");
  expect(codec({ codec: "av1", width: 1920, height: 1080 })).toBe("av01.0.08M.08");
});

it("spends bits by size, rate, quality and codec, or as told", () => {
  const bits = (change: Partial<EncodeGoal>): number => encoderSettings({ ...goal, ...change }).bitrate as number;
  expect(bits({}) / 1e6).toBeCloseTo(4.42, 1);
  expect(bits({ quality: 100 }) / bits({})).toBeCloseTo(2, 5);
  expect(bits({ framesPerSecond: 60 }) / bits({})).toBeCloseTo(2, 5);
  expect(bits({ codec: "vp9" }) / bits({})).toBeCloseTo(0.6, 5);
  expect(bits({ width: 640, height: 360 }) / bits({})).toBeCloseTo(0.25 ** 0.75, 3);
  expect(bits({ bitsPerSecond: 123456 })).toBe(123456);
});

it("refuses what no level allows", () => {
  expect(() => encoderSettings({ ...goal, width: 16384, height: 16384 })).toThrow(/no level of h264/);
});
