import type { VideoEncoder, VideoEncoderConfig } from "@napi-rs/webcodecs";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { Yuv420 } from "../video-types.ts";
import type { MediaLibraries } from "./media-libraries.node.ts";

/** An encoded frame, in the order in which frames went in. */
export interface CodedFrame {
  readonly data: Uint8Array;
  readonly isKey: boolean;
  /** What a decoder has to be told, as the encoder first said it. */
  readonly decoderConfig: unknown;
}

/** Frames that may wait for the encoder. */
const FRAMES_AHEAD = 3;
/** So far apart lie key frames: what a player has to decode at most when it jumps. */
const KEY_FRAME_SECONDS = 2;

const BT709 = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false } as const;

/** An encoder of frames of one size. */
export interface FrameEncoder {
  /** Waits while the encoder is behind, then hands a frame to it. */
  add(picture: Yuv420, timestampSeconds: number): Promise<void>;
  /** Encodes what waits. */
  flush(): Promise<void>;
  close(): void;
}

/**
 * Starts an encoder.
 * @param onFrame receives encoded frames
 * @throws DepthError `unsupported` when this build lacks the codec
 */
export async function createFrameEncoder(
  { codecs }: MediaLibraries,
  config: VideoEncoderConfig,
  onFrame: (frame: CodedFrame) => void,
): Promise<FrameEncoder> {
  if (!(await codecs.VideoEncoder.isConfigSupported(config)).supported)
    throw new DepthError(
      "unsupported",
      `This build of @napi-rs/webcodecs cannot encode ${config.codec} at ${config.width}x${config.height}. Choose another codec.`,
    );
  let failure: unknown;
  let decoderConfig: unknown;
  let wake: () => void = () => undefined;
  const encoder: VideoEncoder = new codecs.VideoEncoder({
    output: (chunk, metadata) => {
      // Not every encoder repeats the colours it was told.
      if (metadata?.decoderConfig) decoderConfig ??= { ...metadata.decoderConfig, colorSpace: BT709 };
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      onFrame({ data, isKey: chunk.type === "key", decoderConfig });
      wake();
    },
    error: (error) => {
      failure ??= error;
      wake();
    },
  });
  encoder.addEventListener("dequeue", () => wake());
  encoder.configure(config);
  let lastKey = Number.NEGATIVE_INFINITY;

  const check = (): void => {
    if (failure)
      throw new DepthError("bad-state", `The ${config.codec} encoder failed: ${messageOf(failure)}.`, {
        cause: failure,
      });
  };
  /** Until something happens; a timer as well, because the encoder's events do not keep Node running. */
  const asleep = (): Promise<void> =>
    new Promise((resume) => {
      const timer = setTimeout(resume, 20);
      wake = () => {
        clearTimeout(timer);
        resume();
      };
    });

  return {
    async add(picture, timestampSeconds) {
      while (!failure && encoder.encodeQueueSize >= FRAMES_AHEAD) await asleep();
      check();
      const keyFrame = timestampSeconds - lastKey >= KEY_FRAME_SECONDS;
      if (keyFrame) lastKey = timestampSeconds;
      const frame = new codecs.VideoFrame(planesInOne(picture, config.width, config.height), {
        format: "I420",
        codedWidth: config.width,
        codedHeight: config.height,
        timestamp: Math.round(timestampSeconds * 1e6),
        colorSpace: BT709,
      });
      encoder.encode(frame, { keyFrame });
      frame.close();
    },
    async flush() {
      if (!failure)
        await encoder.flush().catch((error: unknown) => {
          failure ??= error;
        });
      check();
    },
    close() {
      if (encoder.state !== "closed") encoder.close();
    },
  };
}

/** Y, U and V behind each other, their last row and column repeated where the encoder wants one more. */
function planesInOne({ width, height, y, u, v }: Yuv420, outWidth: number, outHeight: number): Uint8Array {
  if (width === outWidth && height === outHeight) {
    const size = y.length + u.length + v.length;
    const isOneBuffer =
      y.buffer === u.buffer &&
      u.buffer === v.buffer &&
      u.byteOffset === y.byteOffset + y.length &&
      v.byteOffset === u.byteOffset + u.length;
    if (isOneBuffer) return new Uint8Array(y.buffer, y.byteOffset, size);
    const out = new Uint8Array(size);
    out.set(y);
    out.set(u, y.length);
    out.set(v, y.length + u.length);
    return out;
  }
  // Colour planes are rounded up already, so only luma grows.
  const out = new Uint8Array(outWidth * outHeight + u.length + v.length);
  for (let j = 0; j < outHeight; j++) {
    const from = Math.min(j, height - 1) * width;
    out.set(y.subarray(from, from + width), j * outWidth);
    out.fill(y[from + width - 1] as number, j * outWidth + width, (j + 1) * outWidth);
  }
  out.set(u, outWidth * outHeight);
  out.set(v, outWidth * outHeight + u.length);
  return out;
}
