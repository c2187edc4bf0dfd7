import type { EncodedPacket, Input, InputAudioTrack, OutputFormat } from "mediabunny";
import type { MediaLibraries } from "./media-libraries.node.ts";
import { createTranscoder } from "./transcode-sound.node.ts";

/** The part of a clip's sound that goes into a file. */
export interface SoundCut {
  readonly fromSeconds?: number | undefined;
  readonly toSeconds?: number | undefined;
}

/** Sound on its way into a file. */
export interface SoundTrack {
  /** `transcoded` where the container does not take the clip's codec. */
  readonly kind: "copied" | "transcoded";
  /** Add it to the output. */
  readonly target: InstanceType<MediaLibraries["containers"]["EncodedAudioPacketSource"]>;
  /** Writes what sounds before a time of the output, so that pictures and sound lie beside each other in the file. */
  copyUntil(seconds: number): Promise<void>;
  /** Ends the track. */
  close(): Promise<void>;
}

/**
 * Takes the sound of an open clip for a file of some format: packets as they are where the container allows their codec,
 * otherwise AAC, or Opus for WebM. Times are those of the clip less `fromSeconds`. A cut takes whole packets: those that begin
 * in it. An uncut MP4 or MOV also keeps those before 0 that prime a decoder; other containers want no times below 0.
 * @returns undefined when there is no sound, or none that can be carried over
 */
export async function openSound(
  libraries: MediaLibraries,
  input: Input,
  format: OutputFormat,
  { fromSeconds = 0, toSeconds = Number.POSITIVE_INFINITY }: SoundCut = {},
): Promise<SoundTrack | undefined> {
  const { containers } = libraries;
  const track = await input.getPrimaryAudioTrack();
  const codec = await track?.getCodec();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !codec || !decoderConfig) return undefined;
  const isCopied = format.getSupportedAudioCodecs().includes(codec);
  const transcoder = isCopied ? undefined : await createTranscoder(libraries, decoderConfig, format);
  if (!isCopied && !transcoder) return undefined;
  const target = new containers.EncodedAudioPacketSource(transcoder?.codec ?? codec);
  const keepsPriming = format.negativeTimestampSupport === "full";
  const packets = soundPackets(libraries, track, fromSeconds, keepsPriming);
  let next = await packets.next();
  let isFirst = true;

  const write = async (packet: EncodedPacket, config: unknown): Promise<void> => {
    const moved = fromSeconds === 0 ? packet : packet.clone({ timestamp: packet.timestamp - fromSeconds });
    await target.add(moved, isFirst ? ({ decoderConfig: config } as Parameters<typeof target.add>[1]) : undefined);
    isFirst = false;
  };
  return {
    kind: isCopied ? "copied" : "transcoded",
    target,
    async copyUntil(seconds) {
      const until = Math.min(toSeconds, seconds + fromSeconds);
      while (!next.done && next.value.timestamp < until) {
        const packet = next.value;
        if (transcoder) for (const coded of await transcoder.push(packet)) await write(coded, transcoder.config());
        else await write(packet, decoderConfig);
        next = await packets.next();
      }
    },
    async close() {
      await packets.return();
      if (transcoder) for (const coded of await transcoder.finish()) await write(coded, transcoder.config());
      target.close();
    },
  };
}

/** Packets from a time on. */
async function* soundPackets(
  { containers }: MediaLibraries,
  track: InputAudioTrack,
  fromSeconds: number,
  keepsPriming: boolean,
): AsyncGenerator<EncodedPacket, void> {
  const sink = new containers.EncodedPacketSink(track);
  if (fromSeconds <= 0 && keepsPriming) return yield* sink.packets();
  const start = fromSeconds > 0 ? ((await sink.getPacket(fromSeconds)) ?? undefined) : undefined;
  for await (const packet of sink.packets(start)) if (packet.timestamp >= fromSeconds - 1e-6) yield packet;
}
