import type { Input } from "mediabunny";
import { DepthError } from "../../util/errors.ts";
import type { VideoReader, VideoWriter, Yuv420 } from "../video-types.ts";
import { openContainer } from "./container.node.ts";
import { containerFormat, type VideoCodec } from "./container-format.ts";
import { type CodedFrame, createFrameEncoder, type FrameEncoder } from "./encode-frames.node.ts";
import { encoderSettings } from "./encoder-settings.ts";
import { loadMediaLibraries, type MediaLibraries } from "./media-libraries.node.ts";
import { cannotWrite, createPartFile, type PartFile } from "./part-file.node.ts";
import { openSound, type SoundTrack } from "./sound-track.node.ts";

/** How a clip is written. */
export interface VideoWriterOptions {
  /** Size of the pictures that `add` receives. Where it is odd, H.264 and HEVC repeat the last column or row once. */
  readonly width: number;
  readonly height: number;
  /** Default `h264`; `vp9` for WebM. `av1` takes seconds a frame with the encoder that comes with @napi-rs/webcodecs. */
  readonly codec?: VideoCodec;
  /** 1 to 100; each 25 doubles the bits. Default 75: about 4.4 Mbit/s for 720p at 30 frames a second with H.264. */
  readonly quality?: number;
  /** Bits a second, instead of `quality`. */
  readonly bitsPerSecond?: number;
  /** Frames a second on average, for the encoder's budget only; times are those of `add`. Default 30. */
  readonly frameRate?: number;
  /**
   * The clock of an MP4 or MOV: times and durations are kept exactly when they are whole numbers of its ticks. Give the reader's
   * `info.ticksPerSecond`. Default: that of `audioFrom` when it is a reader, otherwise 120000, which has all usual rates
   * (24, 25, 30, 50, 60 and their 1000/1001) and milliseconds. WebM and MKV count milliseconds, always.
   */
  readonly ticksPerSecond?: number;
  /** A clip whose sound goes along. Default: none. */
  readonly audioFrom?: VideoReader | string;
  /** Where the sound is cut; its times become those of the clip less this. Default 0. */
  readonly fromSeconds?: number;
  /** Default: to its end. */
  readonly toSeconds?: number;
  /** Lets an encoder in hardware be used where there is one. Default false: the same bytes everywhere. */
  readonly isHardwareAllowed?: boolean;
}

/** A clip being written, and what became of its sound. */
export interface CreatedVideoWriter extends VideoWriter {
  /** `left-out`: `audioFrom` has sound of a codec that can be neither copied nor converted. */
  readonly audio: "none" | "copied" | "transcoded" | "left-out";
}

const EVEN_CODECS: readonly VideoCodec[] = ["h264", "hevc"];
const CONTAINER_NAMES = { h264: "avc", hevc: "hevc", vp9: "vp9", av1: "av1" } as const;

/**
 * Starts a clip: MP4, MOV, WebM or MKV by the ending of `path`. Pictures are BT.709, limited range, and tagged so by the
 * container (the streams of HEVC and AV1 say nothing themselves, and ffmpeg then takes BT.601). Times begin at 0 and are kept
 * to the tick. What is written goes to a hidden file beside `path` as it comes; `finish` gives it the name.
 * @throws DepthError `bad-argument`, `unsupported`, `too-large`, `io`
 */
export async function createVideoWriter(path: string, options: VideoWriterOptions): Promise<CreatedVideoWriter> {
  const libraries = await loadMediaLibraries();
  const { containers } = libraries;
  const { format, defaultCodec } = containerFormat(containers, path);
  const { codec = defaultCodec, audioFrom } = options;
  if (!format.getSupportedVideoCodecs().includes(CONTAINER_NAMES[codec]))
    throw new DepthError(
      "bad-argument",
      `${path}: this container takes no ${codec}; expected ${defaultCodec}, or another file.`,
    );
  const settings = encoderSettings(encodeGoal(path, codec, options));
  const soundInput = audioFrom === undefined ? undefined : await openSource(libraries, audioFrom);
  let part: PartFile | undefined;
  try {
    const sound = soundInput && (await openSound(libraries, soundInput, format, options));
    const hasSound = soundInput !== undefined && (await soundInput.getPrimaryAudioTrack()) !== null;
    part = await createPartFile(containers, path);
    const output = new containers.Output({ format, target: part.target });
    const pictures = new containers.EncodedVideoPacketSource(CONTAINER_NAMES[codec]);
    const isMp4 = format instanceof containers.Mp4OutputFormat || format instanceof containers.MovOutputFormat;
    output.addVideoTrack(pictures, isMp4 ? { frameRate: ticks(options) } : {});
    if (sound) output.addAudioTrack(sound.target);
    await output.start();
    const mux = createMuxer(libraries, pictures, sound);
    const encoder = await createFrameEncoder(libraries, settings, mux.onFrame);
    const writer = videoWriter(path, options, { part, output, encoder, mux, soundInput });
    return { ...writer, audio: sound?.kind ?? (hasSound ? "left-out" : "none") };
  } catch (error) {
    soundInput?.dispose();
    await part?.discard();
    throw cannotWrite(path, error);
  }
}

/** Joins encoded frames with their exact times and writes them, with the sound that belongs beside them, one by one. */
function createMuxer(
  { containers }: MediaLibraries,
  pictures: InstanceType<MediaLibraries["containers"]["EncodedVideoPacketSource"]>,
  sound: SoundTrack | undefined,
) {
  const times: { readonly timestampSeconds: number; readonly durationSeconds: number }[] = [];
  let written: Promise<void> = Promise.resolve();
  let failure: unknown;
  let endSeconds = 0;
  const write = async ({ data, isKey, decoderConfig }: CodedFrame): Promise<void> => {
    const time = times.shift();
    if (!time || failure) return;
    const { timestampSeconds, durationSeconds } = time;
    await sound?.copyUntil(timestampSeconds);
    const packet = new containers.EncodedPacket(data, isKey ? "key" : "delta", timestampSeconds, durationSeconds);
    await pictures.add(packet, { decoderConfig } as Parameters<typeof pictures.add>[1]);
    endSeconds = timestampSeconds + durationSeconds;
  };
  return {
    expect(timestampSeconds: number, durationSeconds: number): void {
      times.push({ timestampSeconds, durationSeconds });
    },
    onFrame(frame: CodedFrame): void {
      written = written
        .then(() => write(frame))
        .catch((error: unknown) => {
          failure ??= error;
        });
    },
    /** Waits for the disk. */
    async caughtUp(): Promise<void> {
      await written;
      if (failure) throw failure;
    },
    /** Ends both tracks; the sound of a clip that ends early ends with its pictures. */
    async close(isWhole: boolean): Promise<void> {
      await written;
      if (failure) throw failure;
      pictures.close();
      await sound?.copyUntil(isWhole ? Number.POSITIVE_INFINITY : endSeconds);
      await sound?.close();
    },
  };
}

interface Parts {
  readonly part: PartFile;
  readonly output: InstanceType<MediaLibraries["containers"]["Output"]>;
  readonly encoder: FrameEncoder;
  readonly mux: ReturnType<typeof createMuxer>;
  readonly soundInput: Input | undefined;
}

function videoWriter(path: string, { width, height }: VideoWriterOptions, parts: Parts): VideoWriter {
  const { part, output, encoder, mux, soundInput } = parts;
  let state: "open" | "ended" = "open";
  let lastSeconds = Number.NEGATIVE_INFINITY;

  const give = async (isWhole: boolean, name: string): Promise<void> => {
    await encoder.flush();
    await mux.close(isWhole);
    await output.finalize();
    await part.keep(name);
  };
  const end = async (work: () => Promise<void>): Promise<void> => {
    state = "ended";
    try {
      await work();
    } catch (error) {
      await output.cancel().catch(() => undefined);
      await part.discard();
      throw cannotWrite(path, error);
    } finally {
      encoder.close();
      soundInput?.dispose();
    }
  };
  return {
    async add(picture: Yuv420, timestampSeconds: number, durationSeconds: number) {
      if (state === "ended")
        throw new DepthError("bad-state", `${path}: the clip is finished; frames cannot be added.`);
      if (picture.width !== width || picture.height !== height)
        throw new DepthError(
          "bad-argument",
          `${path}: a frame has ${picture.width}x${picture.height} pixels; expected ${width}x${height} as the others.`,
        );
      if (!(timestampSeconds > lastSeconds && timestampSeconds >= 0 && durationSeconds >= 0))
        throw new DepthError(
          "bad-argument",
          `${path}: a frame has the time ${timestampSeconds} s and lasts ${durationSeconds} s; expected times from 0 on that rise.`,
        );
      lastSeconds = timestampSeconds;
      try {
        await mux.caughtUp();
        mux.expect(timestampSeconds, durationSeconds);
        await encoder.add(picture, timestampSeconds);
      } catch (error) {
        await end(() => Promise.reject(error));
      }
    },
    async finish() {
      if (state === "ended") throw new DepthError("bad-state", `${path}: the clip is finished already.`);
      if (lastSeconds === Number.NEGATIVE_INFINITY)
        return end(() => Promise.reject(new DepthError("bad-state", `${path}: no frame was added; a clip needs one.`)));
      await end(() => give(true, path));
    },
    async abort(keepAs?: string) {
      if (state === "ended") return;
      const isKept = keepAs !== undefined && lastSeconds !== Number.NEGATIVE_INFINITY;
      await end(async () => {
        if (isKept) return give(false, keepAs);
        await output.cancel();
        await part.discard();
      });
    },
  };
}

function encodeGoal(path: string, codec: VideoCodec, options: VideoWriterOptions) {
  const { width, height, quality = 75, bitsPerSecond, frameRate = 30, isHardwareAllowed = false } = options;
  const isSize = (n: number): boolean => Number.isInteger(n) && n > 0 && n <= 16384;
  if (!isSize(width) || !isSize(height))
    throw new DepthError(
      "bad-argument",
      `${path}: pictures of ${width}x${height}; expected whole numbers up to 16384.`,
    );
  if (!(quality >= 1 && quality <= 100))
    throw new DepthError("bad-argument", `${path}: quality is ${quality}; expected 1 to 100.`);
  if (!(frameRate > 0) || !Number.isFinite(frameRate))
    throw new DepthError("bad-argument", `${path}: frameRate is ${frameRate}; expected a number above 0.`);
  const even = (n: number): number => (EVEN_CODECS.includes(codec) ? n + (n % 2) : n);
  return {
    ...{ codec, width: even(width), height: even(height), framesPerSecond: frameRate, quality, bitsPerSecond },
    isHardwareAllowed,
  };
}

function ticks({ ticksPerSecond, audioFrom }: VideoWriterOptions): number {
  return ticksPerSecond ?? (typeof audioFrom === "object" ? audioFrom.info.ticksPerSecond : 120_000);
}

async function openSource(libraries: MediaLibraries, from: VideoReader | string): Promise<Input> {
  return (await openContainer(libraries, typeof from === "string" ? from : from.info.path)).input;
}
