import { createVideoWriter } from "../media/create-video-writer.node.ts";
import type { VideoInfo, VideoWriter } from "../video-types.ts";
import type { ClipOptions, VideoFormat } from "./clip-options.ts";
import type { ClipOutput } from "./clip-output.ts";
import { joinSegments } from "./join-segments.node.ts";

/** Ticks that have all usual rates, and nearly any other. */
const FINE_TICKS = 120_000;

/** A video. Segments are whole files of their own, without sound, whose times begin at 0; joining copies their packets. */
export function videoOutput(format: VideoFormat, info: VideoInfo, options: ClipOptions): ClipOutput {
  const { codec, quality, fps, audio = true, fromSeconds = 0, toSeconds } = options;
  const ticksPerSecond = fps === undefined && fromSeconds === 0 ? info.ticksPerSecond : FINE_TICKS;
  return {
    segmentExtension: `.${format}`,
    async beginSegment(path) {
      let opened: { readonly writer: VideoWriter; readonly startSeconds: number } | undefined;
      return {
        async add({ picture, timeSeconds, durationSeconds }) {
          if (picture === undefined) return;
          const { width, height } = picture;
          opened ??= {
            writer: await createVideoWriter(path, {
              ...{ width, height, frameRate: fps ?? info.averageFrameRate },
              ...(codec !== undefined && { codec }),
              ...(quality !== undefined && { quality }),
            }),
            startSeconds: timeSeconds,
          };
          await opened.writer.add(picture, timeSeconds - opened.startSeconds, durationSeconds);
        },
        finish: async () => opened?.writer.finish(),
        abort: async () => opened?.writer.abort(),
      };
    },
    join: (segments, to) =>
      joinSegments(segments, to, {
        ...{ source: info.path, ticksPerSecond },
        ...(audio && { sound: { fromSeconds, toSeconds } }),
      }),
  };
}
