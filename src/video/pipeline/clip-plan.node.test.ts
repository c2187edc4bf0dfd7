import { expect, test } from "vitest";
import type { ModelInfo } from "../../depth/network.ts";
import type { VideoInfo } from "../video-types.ts";
import { formatOf, partialName, planClip, shownSize } from "./clip-plan.node.ts";

const clip: VideoInfo = {
  ...{ path: "x.mp4", container: "mp4", codec: "avc1.640028", width: 1920, height: 1080, rotationDegrees: 0 },
  ...{ averageFrameRate: 25, durationSeconds: 10, ticksPerSecond: 12800, bitDepth: 8, isHdr: false },
  colourRange: "limited",
};
const model: ModelInfo = {
  ...{ id: "nano", kind: "disparity", inputSize: 288, multiple: 32, upsample: "half_pixel" },
  ...{ mean: [0, 0, 0], std: [1, 1, 1] },
};

test("videos have even sides, numbers the clip's own", () => {
  expect(shownSize({ width: 1919, height: 1081 })).toEqual({ width: 1920, height: 1082 });
  expect(shownSize({ width: 1919, height: 1081 }, undefined, false)).toEqual({ width: 1919, height: 1081 });
  expect(shownSize({ width: 1920, height: 1080 }, 640)).toEqual({ width: 640, height: 360 });
  expect(shownSize({ width: 100, height: 50 }, 640)).toEqual({ width: 100, height: 50 });
  expect(shownSize({ width: 1, height: 4000 }, 100)).toEqual({ width: 2, height: 100 });
});

test("formats go by the name, partial files keep their ending", () => {
  expect(["a.webm", "b.MOV", "c.npz", "d", "e.avi"].map(formatOf)).toEqual(["webm", "mov", "npz", "mp4", "mp4"]);
  expect(["a/b.mp4", "frames"].map(partialName)).toEqual(["a/b.partial.mp4", "frames.partial"]);
});

test("frames have a size of their own, and the limit of photos", () => {
  const network = (info: ModelInfo, frame: object) => planClip({ ...clip, ...frame }, info, "y.mp4", {}).network;
  const limited = { ...model, videoInputSize: 256, maxInputSide: 448 };
  expect(network(limited, {})).toEqual({ width: 448, height: 256 });
  expect(network(limited, { width: 1920, height: 640 })).toEqual({ width: 448, height: 160 });
  expect(network({ ...model, videoInputSize: 256 }, { width: 1920, height: 640 })).toEqual({ width: 768, height: 256 });
});

test("a plan knows its frames, and refuses parts that do not exist", () => {
  const plan = planClip(clip, model, "y.mp4", { fromSeconds: 2, toSeconds: 60, fps: 10 });
  expect(plan).toMatchObject({ frames: 80, endSeconds: 10, isCut: true, network: { width: 512, height: 288 } });
  expect(planClip(clip, model, "y.npy", {})).toMatchObject({ frames: 250, isVideo: false, isCut: false });
  expect(() => planClip(clip, model, "y.mp4", { fromSeconds: 10 })).toThrow(/nothing from 10 s on/);
  expect(() => planClip(clip, model, "y.mp4", { fromSeconds: 3, toSeconds: 3 })).toThrow(/is empty/);
});
