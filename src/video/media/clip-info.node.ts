import type { VideoFrame } from "@napi-rs/webcodecs";
import type { Input, InputVideoTrack } from "mediabunny";
import { DepthError } from "../../util/errors.ts";
import type { VideoInfo } from "../video-types.ts";
import { type DecodeOptions, decodeFrames } from "./decode-frames.node.ts";
import { colourCoding, type FramePresentation, sampleLayout } from "./frame-picture.ts";
import type { MediaLibraries } from "./media-libraries.node.ts";

/** Packets looked at for the average rate; a file with fewer gives it exactly. */
const RATE_PACKETS = 512;

/**
 * What a clip is, from its header and its first frame.
 * @throws DepthError `unsupported` when its codec cannot be decoded here, `bad-file` when the first frame cannot
 */
export async function describeClip(
  libraries: MediaLibraries,
  path: string,
  input: Input,
  track: InputVideoTrack,
  options: DecodeOptions,
): Promise<{ readonly info: VideoInfo; readonly presentation: FramePresentation }> {
  const config = await track.getDecoderConfig();
  const isKnown = config && (await isDecodable(libraries, config));
  if (!config || !isKnown) throw unknownCodec(path, config?.codec ?? (await track.getInternalCodecId()));
  const [colours, stats, audio, turn, isMirrored, metadataEnd] = await Promise.all([
    track.getColorSpace(),
    track.computePacketStats(RATE_PACKETS),
    input.getPrimaryAudioTrack(),
    track.getRotation(),
    track.getFlip(),
    track.getDurationFromMetadata(),
  ]);
  const presentation: FramePresentation = { path, turn, isMirrored, colours };
  const frame = await firstFrame(libraries, path, track, options);
  try {
    const isSideways = turn === 90 || turn === 270;
    const audioCodec = audio && (await audio.getCodec());
    const [width, height] = await shownSize(track, frame);
    const info: VideoInfo = {
      path,
      container: containerName((await input.getFormat()).name),
      codec: config.codec,
      width: isSideways ? height : width,
      height: isSideways ? width : height,
      rotationDegrees: turn,
      averageFrameRate: stats.averagePacketRate,
      durationSeconds: metadataEnd ?? (await track.computeDuration()),
      ticksPerSecond: await track.getTimeResolution(),
      bitDepth: sampleLayout(frame.format)?.bitDepth ?? 8,
      isHdr: (colourCoding(frame, presentation)?.transfer ?? "sdr") !== "sdr",
      colourRange: frame.colorSpace.fullRange ? "full" : "limited",
      ...(audio && {
        audio: {
          codec: audioCodec ?? String(await audio.getInternalCodecId()),
          sampleRate: await audio.getSampleRate(),
          channels: await audio.getNumberOfChannels(),
        },
      }),
    };
    return { info, presentation };
  } finally {
    frame.close();
  }
}

async function firstFrame(
  libraries: MediaLibraries,
  path: string,
  track: InputVideoTrack,
  options: DecodeOptions,
): Promise<VideoFrame> {
  for await (const { frame } of decodeFrames(libraries, path, track, options)) return frame;
  throw new DepthError("bad-file", `${path}: its video track holds no frame. Record or copy the file again.`);
}

/** Square pixels: one side grows, as the file asks. */
async function shownSize(track: InputVideoTrack, frame: VideoFrame): Promise<readonly [number, number]> {
  const { num, den } = await track.getPixelAspectRatio();
  const { width, height } = frame.visibleRect;
  return num >= den ? [Math.round((width * num) / den), height] : [width, Math.round((height * den) / num)];
}

async function isDecodable({ codecs }: MediaLibraries, config: { readonly codec: string }): Promise<boolean> {
  try {
    return (await codecs.VideoDecoder.isConfigSupported({ codec: config.codec })).supported;
  } catch {
    return false;
  }
}

function containerName(name: string): string {
  return { "QuickTime File Format": "mov", Matroska: "mkv", "MPEG Transport Stream": "ts" }[name] ?? name.toLowerCase();
}

function unknownCodec(path: string, codec: unknown): DepthError {
  return new DepthError(
    "unsupported",
    `${path}: cannot decode video of codec ${String(codec)}; expected H.264, HEVC, VP8, VP9 or AV1. ` +
      "Convert the clip, for example with `ffmpeg -i in -c:v libx264 out.mp4`.",
  );
}
