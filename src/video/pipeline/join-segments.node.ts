import { DepthError, messageOf } from "../../util/errors.ts";
import { openContainer } from "../media/container.node.ts";
import { containerFormat } from "../media/container-format.ts";
import { loadMediaLibraries, type MediaLibraries } from "../media/media-libraries.node.ts";
import { cannotWrite, createPartFile } from "../media/part-file.node.ts";
import { openSound, type SoundCut } from "../media/sound-track.node.ts";
import type { Segment } from "./clip-journal.node.ts";

/** What became of a clip's sound; `left-out`: its codec can be neither copied nor converted. */
export type SoundOutcome = "none" | "copied" | "transcoded" | "left-out";

/** What `joinSegments` needs to know. */
export interface JoinOptions {
  /** The clip that was read, for its sound. */
  readonly source: string;
  /** The clock of an MP4 or MOV: times that are whole numbers of its ticks are kept exactly. */
  readonly ticksPerSecond: number;
  /** The part of the sound that goes along. Default: none. */
  readonly sound?: SoundCut;
}

/**
 * Puts finished segments behind each other in one file, and the clip's sound beside them; no picture is encoded again.
 * Frames get the times that were noted for them, not those that the segments' containers have rounded.
 * @throws DepthError `bad-file` when segments do not fit what was noted; `io`
 */
export async function joinSegments(
  segments: readonly Segment[],
  to: string,
  { source, ticksPerSecond, sound: cut }: JoinOptions,
): Promise<SoundOutcome> {
  const libraries = await loadMediaLibraries();
  const { containers } = libraries;
  const { format } = containerFormat(containers, to);
  const clip = cut && (await openContainer(libraries, source));
  const part = await createPartFile(containers, to).catch((error: unknown) => {
    clip?.input.dispose();
    throw error;
  });
  const output = new containers.Output({ format, target: part.target });
  try {
    const sound = clip && (await openSound(libraries, clip.input, format, cut));
    const hasSound = clip !== undefined && (await clip.input.getPrimaryAudioTrack()) !== null;
    const pictures = new containers.EncodedVideoPacketSource(await codecOf(libraries, segments[0]));
    const isMp4 = format instanceof containers.Mp4OutputFormat || format instanceof containers.MovOutputFormat;
    output.addVideoTrack(pictures, isMp4 ? { frameRate: ticksPerSecond } : {});
    if (sound) output.addAudioTrack(sound.target);
    await output.start();
    for (const segment of segments)
      for await (const { packet, decoderConfig } of packetsOf(libraries, segment)) {
        await sound?.copyUntil(packet.timestamp);
        await pictures.add(packet, decoderConfig ? { decoderConfig } : undefined);
      }
    pictures.close();
    await sound?.copyUntil(Number.POSITIVE_INFINITY);
    await sound?.close();
    await output.finalize();
    await part.keep(to);
    return sound?.kind ?? (hasSound ? "left-out" : "none");
  } catch (error) {
    await output.cancel().catch(() => undefined);
    await part.discard();
    throw cannotWrite(to, error);
  } finally {
    clip?.input.dispose();
  }
}

async function codecOf(libraries: MediaLibraries, segment: Segment | undefined) {
  const { input, track } = await openContainer(libraries, segment?.path ?? "");
  const codec = await track.getCodec();
  input.dispose();
  if (codec === null) throw damaged(segment?.path ?? "", "its codec is unknown");
  return codec;
}

/** The packets of a segment with the times noted for them; encoders here write frames in the order they are shown in. */
async function* packetsOf(libraries: MediaLibraries, { path, timesSeconds, durationsSeconds }: Segment) {
  const { input, track } = await openContainer(libraries, path);
  try {
    const decoderConfig = await track.getDecoderConfig();
    let index = 0;
    for await (const packet of new libraries.containers.EncodedPacketSink(track).packets()) {
      const [timestamp, duration] = [timesSeconds[index], durationsSeconds[index]];
      if (timestamp === undefined || duration === undefined) throw damaged(path, "it has more frames than were noted");
      index++;
      yield { packet: packet.clone({ timestamp, duration }), decoderConfig };
    }
    if (index < timesSeconds.length) throw damaged(path, `it has ${index} frames instead of ${timesSeconds.length}`);
  } catch (error) {
    throw error instanceof DepthError ? error : damaged(path, messageOf(error));
  } finally {
    input.dispose();
  }
}

const damaged = (path: string, why: string): DepthError =>
  new DepthError("bad-state", `The unfinished output ${path} is damaged: ${why}. Remove its folder and begin anew.`);
