import type { VideoDecoder, VideoFrame } from "@napi-rs/webcodecs";
import type { EncodedPacket, InputVideoTrack } from "mediabunny";
import { DepthError, messageOf, throwIfAborted } from "../../util/errors.ts";
import type { MediaLibraries } from "./media-libraries.node.ts";

/** A decoded frame with the times of its packet, exact to the container's tick. Whoever takes it closes it. */
export interface TimedFrame {
  readonly frame: VideoFrame;
  readonly timestampSeconds: number;
  /** Until the next frame; of the last one, what its packet says. */
  readonly durationSeconds: number;
}

/** Frames that may lie decoded and untaken, and packets that may wait for the decoder: what bounds memory. */
const DECODED_AHEAD = 3;
const PACKETS_AHEAD = 3;

/** Where decoding starts and what it may use. */
export interface DecodeOptions {
  /** Decoding starts at the key frame before this time. Default: at the first packet. */
  readonly fromSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Lets a decoder in hardware be used where there is one. Default false: the same pixels everywhere. */
  readonly isHardwareAllowed?: boolean | undefined;
}

/**
 * The times of frames to come. Decoders give frames in the order in which they are shown, but this one labels them with
 * times in the order of decoding (@napi-rs/webcodecs 1.3.1), which differs with B-frames. Whenever a frame comes, all those
 * shown before it have gone in; so its time is the smallest that is not taken yet.
 */
function createShowOrder(): { expect(packet: EncodedPacket): void; next(): EncodedPacket | undefined } {
  const pending: EncodedPacket[] = [];
  return {
    expect(packet) {
      let at = pending.length;
      while (at > 0 && (pending[at - 1] as EncodedPacket).timestamp > packet.timestamp) at--;
      pending.splice(at, 0, packet);
    },
    next: () => pending.shift(),
  };
}

/** VP8 stores frames that are only referred to as packets of their own (RFC 6386, 9.1: show_frame). */
function isHidden({ data }: EncodedPacket, codec: string | null): boolean {
  return codec === "vp8" && ((data[0] ?? 0) & 0x10) === 0;
}

/**
 * Frames of a track in the order in which they are shown, decoded on the decoder's own threads while the taker works.
 * @throws DepthError `bad-file` after the last frame that could be decoded, when the track is damaged
 */
export async function* decodeFrames(
  { containers, codecs }: MediaLibraries,
  path: string,
  track: InputVideoTrack,
  options: DecodeOptions = {},
): AsyncGenerator<TimedFrame, void> {
  const decoded: VideoFrame[] = [];
  const shown = createShowOrder();
  let failure: unknown;
  let isFed = false;
  let isClosed = false;
  // One slot for whoever sleeps on each side; both sides check their condition again when woken.
  const wakes: (() => void)[] = [];
  const wake = (): void => {
    for (const resume of wakes.splice(0)) resume();
  };
  const asleep = (): Promise<void> => new Promise((resume) => wakes.push(resume));

  const decoder = new codecs.VideoDecoder({
    output: (frame) => {
      if (isClosed) frame.close();
      else decoded.push(frame);
      wake();
    },
    error: (error) => {
      failure ??= error;
      wake();
    },
  });
  decoder.addEventListener("dequeue", wake);
  // The decoder's events do not keep Node running; a timer does, and no event that is lost can stop everything.
  const timer = setInterval(wake, 20);
  options.signal?.addEventListener("abort", wake);

  const feed = async (): Promise<void> => {
    const config = await track.getDecoderConfig();
    if (!config) throw new Error("the codec is unknown");
    const { colorSpace: _, ...plain } = config;
    decoder.configure({
      ...(plain as Parameters<VideoDecoder["configure"]>[0]),
      hardwareAcceleration: options.isHardwareAllowed ? "no-preference" : "prefer-software",
    });
    const sink = new containers.EncodedPacketSink(track);
    const codec = await track.getCodec();
    const start =
      options.fromSeconds === undefined
        ? undefined
        : ((await sink.getKeyPacket(options.fromSeconds, { verifyKeyPackets: true })) ?? undefined);
    let first: EncodedPacket | undefined;
    for await (const packet of sink.packets(start)) {
      first ??= packet;
      // Frames before the first key frame need others that are not there (open groups); decoders leave them out.
      if (packet.timestamp < first.timestamp) continue;
      while (!isClosed && !failure && (decoded.length >= DECODED_AHEAD || decoder.decodeQueueSize >= PACKETS_AHEAD))
        await asleep();
      if (isClosed || failure) return;
      if (!isHidden(packet, codec)) shown.expect(packet);
      decoder.decode(
        new codecs.EncodedVideoChunk({ type: packet.type, timestamp: packet.microsecondTimestamp, data: packet.data }),
      );
    }
    await decoder.flush();
  };
  const feeding = feed()
    .catch((error: unknown) => {
      failure ??= error;
    })
    .finally(() => {
      isFed = true;
      wake();
    });

  // A frame's duration is known when the next one comes, so one frame is held back.
  let held:
    | { readonly frame: VideoFrame; readonly timestampSeconds: number; readonly packetSeconds: number }
    | undefined;
  try {
    for (;;) {
      throwIfAborted(options.signal);
      const frame = decoded.shift();
      if (!frame) {
        if (isFed || failure) break;
        await asleep();
        continue;
      }
      wake();
      const packet = shown.next();
      const timestampSeconds = packet?.timestamp ?? frame.timestamp / 1e6;
      const ready = held;
      held = { frame, timestampSeconds, packetSeconds: packet?.duration ?? 0 };
      if (ready)
        yield {
          frame: ready.frame,
          timestampSeconds: ready.timestampSeconds,
          durationSeconds: timestampSeconds - ready.timestampSeconds,
        };
    }
    if (held) {
      const { frame, timestampSeconds, packetSeconds } = held;
      held = undefined;
      yield { frame, timestampSeconds, durationSeconds: packetSeconds };
    }
    if (failure instanceof containers.InputDisposedError)
      throw new DepthError("bad-state", `${path}: the clip was closed while its frames were read.`, { cause: failure });
    if (failure)
      throw new DepthError(
        "bad-file",
        `${path}: decoding failed at a damaged place: ${messageOf(failure)}. ` +
          "The frames before it were delivered; repair the file or cut before that place.",
        { cause: failure },
      );
  } finally {
    isClosed = true;
    wake();
    clearInterval(timer);
    options.signal?.removeEventListener("abort", wake);
    held?.frame.close();
    for (const frame of decoded.splice(0)) frame.close();
    // In this order: a flush that is under way when the decoder closes never ends.
    await feeding;
    if (decoder.state !== "closed") decoder.close();
  }
}
