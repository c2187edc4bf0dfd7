import type { AudioDecoder, AudioEncoder, EncodedAudioChunk } from "@napi-rs/webcodecs";
import type { AudioCodec, EncodedPacket, OutputFormat } from "mediabunny";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { MediaLibraries } from "./media-libraries.node.ts";

/** Packets of one codec in, packets of another out; a few packets later, in order. */
export interface SoundTranscoder {
  readonly codec: AudioCodec;
  /** The encoder's description of its packets; there when the first packet is. */
  config(): unknown;
  push(packet: EncodedPacket): Promise<readonly EncodedPacket[]>;
  finish(): Promise<readonly EncodedPacket[]>;
}

/** Packets that may wait for the codecs. */
const AHEAD = 8;
const BITS_PER_SECOND_A_CHANNEL = 80_000;

/**
 * To AAC, or to Opus (at 48 kHz) where the container takes no AAC.
 * @returns undefined when the clip's codec cannot be decoded here
 */
export async function createTranscoder(
  { containers, codecs }: MediaLibraries,
  source: { readonly codec: string; readonly sampleRate: number; readonly numberOfChannels: number },
  format: OutputFormat,
): Promise<SoundTranscoder | undefined> {
  const from = source as Parameters<AudioDecoder["configure"]>[0];
  if (!(await codecs.AudioDecoder.isConfigSupported(from).catch(() => undefined))?.supported) return undefined;
  const codec = format.getSupportedAudioCodecs().includes("aac") ? "aac" : "opus";
  const done: EncodedPacket[] = [];
  let config: unknown;
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  const encoder: AudioEncoder = new codecs.AudioEncoder({
    output: (chunk: EncodedAudioChunk, metadata) => {
      config ??= metadata?.decoderConfig;
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      done.push(new containers.EncodedPacket(data, "key", chunk.timestamp / 1e6, (chunk.duration ?? 0) / 1e6));
    },
    error: fail,
  });
  encoder.configure({
    codec: codec === "aac" ? "mp4a.40.2" : "opus",
    sampleRate: codec === "aac" ? source.sampleRate : 48000,
    numberOfChannels: source.numberOfChannels,
    bitrate: BITS_PER_SECOND_A_CHANNEL * source.numberOfChannels,
  });
  const decoder: AudioDecoder = new codecs.AudioDecoder({
    output: (samples) => {
      try {
        encoder.encode(samples);
      } catch (error) {
        fail(error);
      }
      samples.close();
    },
    error: fail,
  });
  decoder.configure(from);

  const take = (): EncodedPacket[] => {
    if (failure)
      throw new DepthError(
        "bad-file",
        `Cannot convert the sound from ${source.codec} to ${codec}: ${messageOf(failure)}.`,
        {
          cause: failure,
        },
      );
    return done.splice(0);
  };
  return {
    codec,
    config: () => config,
    async push({ type, microsecondTimestamp, microsecondDuration, data }) {
      const times = { timestamp: microsecondTimestamp, duration: microsecondDuration };
      decoder.decode(new codecs.EncodedAudioChunk({ type, ...times, data }));
      // Their events do not keep Node running, so a timer asks.
      while (!failure && decoder.decodeQueueSize + encoder.encodeQueueSize > AHEAD)
        await new Promise((resume) => setTimeout(resume, 1));
      return take();
    },
    async finish() {
      try {
        if (!failure) await decoder.flush();
        if (!failure) await encoder.flush();
        return take();
      } finally {
        if (decoder.state !== "closed") decoder.close();
        if (encoder.state !== "closed") encoder.close();
      }
    },
  };
}
