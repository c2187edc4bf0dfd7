import type { Image } from "../image/image.ts";

/** What a clip's file says of its pictures and sound. */
export interface VideoInfo {
  readonly path: string;
  /** For example `mp4`, `mov`, `webm`, `mkv`. */
  readonly container: string;
  /** Codec string of WebCodecs, for example `avc1.640028`. */
  readonly codec: string;
  /** Size as shown: upright, square pixels. */
  readonly width: number;
  readonly height: number;
  /** Clockwise turn that the file asks for; `DecodedFrame`s are turned already. */
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  /** Frames a second on average. */
  readonly averageFrameRate: number;
  readonly durationSeconds: number;
  /** The container's clock: every time is a whole number of its ticks. A writer that is given it keeps times exactly. */
  readonly ticksPerSecond: number;
  readonly bitDepth: number;
  readonly isHdr: boolean;
  readonly colourRange: "limited" | "full";
  readonly audio?: { readonly codec: string; readonly sampleRate: number; readonly channels: number };
}

/** One decoded frame. Its memory is outside JavaScript: call `close` when done. */
export interface DecodedFrame {
  /** Number among the frames delivered, from 0. */
  readonly index: number;
  /** From the start of the clip, exact to the container's tick. */
  readonly timestampSeconds: number;
  readonly durationSeconds: number;
  /** Size as shown. */
  readonly width: number;
  readonly height: number;
  /** 8-bit RGB, upright, scaled to a size (averaging where it shrinks). Default: the frame's own. */
  toImage(width?: number, height?: number): Promise<Image>;
  close(): void;
}

/** Which frames of a clip are wanted. */
export interface ReadFramesOptions {
  /** Frames shown at or after this time. Default: the first. */
  readonly fromSeconds?: number;
  /** Frames shown before this time. Default: to the end. */
  readonly toSeconds?: number;
  /** Even frame rate to pick frames at (repeating or leaving out). Default: every frame as it comes. */
  readonly fps?: number;
  readonly signal?: AbortSignal;
}

/** An open clip. */
export interface VideoReader {
  readonly info: VideoInfo;
  /** Frames in the order in which they are shown; only a few are decoded ahead. */
  frames(options?: ReadFramesOptions): AsyncGenerator<DecodedFrame, void>;
  close(): Promise<void>;
}

/** Planar YCbCr 4:2:0, BT.709, limited range: what encoders take. Odd sizes round the chroma planes up. */
export interface Yuv420 {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** A clip being written. Nothing lies under the final name before `finish`. */
export interface VideoWriter {
  /** Waits while the encoder is behind, and takes a copy. Times must rise. */
  add(picture: Yuv420, timestampSeconds: number, durationSeconds: number): Promise<void>;
  /** Completes the file and gives it its name. */
  finish(): Promise<void>;
  /** Ends early: what is there so far becomes a playable file under the name `keepAs`, or is removed. */
  abort(keepAs?: string): Promise<void>;
}

/** A frame's depth in units that stay the same through a shot. */
export interface StableDepth {
  /** `width * height`, rows from the top; disparity (near is large) or metres as the model's. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Values to show as the two ends of a colour scale; they change slowly within a shot. */
  readonly range: { readonly low: number; readonly high: number };
  /** Number of the shot, from 0. */
  readonly shot: number;
}

/** Makes the depth of a clip's frames agree with each other, frame after frame. */
export interface Stabilizer {
  /** @param image the frame the depth was estimated from, at any size of the same shape */
  push(
    image: Image,
    depth: { readonly data: Float32Array; readonly width: number; readonly height: number },
  ): StableDepth;
  /**
   * Everything that later frames depend on, as plain data that `v8.serialize` takes (a copy, or never changed after):
   * `createStabilizer({ ..., state })` goes on from it as if nothing had happened. An interrupted clip resumes with it.
   */
  state?(): unknown;
}
