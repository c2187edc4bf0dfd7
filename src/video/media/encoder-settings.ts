import type { VideoEncoderConfig } from "@napi-rs/webcodecs";
import { DepthError } from "../../util/errors.ts";
import type { VideoCodec } from "./container-format.ts";

/** What pictures are encoded to. */
export interface EncodeGoal {
  readonly codec: VideoCodec;
  /** Size of the pictures; H.264 and HEVC store 4:2:0 of even sizes only. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** 1 to 100; each 25 doubles the bits. */
  readonly quality: number;
  readonly bitsPerSecond?: number | undefined;
  readonly isHardwareAllowed: boolean;
}

/**
 * Settings for the encoder. Bits follow the picture: at quality 75 H.264 gets 0.16 bits a pixel at 720p, smaller pictures
 * more a pixel, the newer codecs six tenths. `latencyMode` stays "quality": for H.264 both modes are x264's fastest presets
 * here (no B-frames; 5-6 ms of processor time a 720p frame), but "realtime" forces a key frame every ten.
 * @throws DepthError `too-large` for sizes no level allows
 */
export function encoderSettings(goal: EncodeGoal): VideoEncoderConfig {
  const { width, height, framesPerSecond, quality } = goal;
  const pixels = width * height;
  const perPixel = 0.02 * 2 ** (quality / 25) * (921600 / pixels) ** 0.25 * (goal.codec === "h264" ? 1 : 0.6);
  const bitrate = goal.bitsPerSecond ?? Math.max(100_000, perPixel * pixels * framesPerSecond);
  return {
    codec: codecString(goal),
    width,
    height,
    bitrate: Math.round(bitrate),
    bitrateMode: "variable",
    framerate: framesPerSecond,
    latencyMode: "quality",
    hardwareAcceleration: goal.isHardwareAllowed ? "no-preference" : "prefer-software",
  };
}

/** Largest number of 16x16 blocks a frame and a second (ITU-T H.264, table A-1); other codecs' levels are close to these. */
const H264_LEVELS = [
  [30, 1620, 40500],
  [31, 3600, 108000],
  [32, 5120, 216000],
  [40, 8192, 245760],
  [42, 8704, 522240],
  [50, 22080, 589824],
  [51, 36864, 983040],
  [52, 36864, 2073600],
  [60, 139264, 4177920],
  [62, 139264, 16711680],
] as const;

function codecString({ codec, width, height, framesPerSecond }: EncodeGoal): string {
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  // H.264 bounds the longer side too: eight times the blocks at most, squared.
  const side = Math.max(Math.ceil(width / 16), Math.ceil(height / 16));
  const level = H264_LEVELS.find(
    ([, perFrame, perSecond]) =>
      blocks <= perFrame && blocks * framesPerSecond <= perSecond && side * side <= 8 * perFrame,
  )?.[0];
  if (level === undefined)
    throw new DepthError(
      "too-large",
      `Cannot encode video of ${width}x${height} at ${framesPerSecond} frames a second: no level of ${codec} allows it. ` +
        "Make the pictures smaller.",
    );
  if (codec === "h264") return `avc1.6400${level.toString(16).padStart(2, "0")}`;
  if (codec === "hevc") return `hvc1.1.6.L${level * 3}.B0`;
  if (codec === "vp9") return `vp09.00.${level}.08`;
  // AV1 counts levels as 4 * (major - 2) + minor.
  return `av01.0.${String((Math.floor(level / 10) - 2) * 4 + (level % 10)).padStart(2, "0")}M.08`;
}
