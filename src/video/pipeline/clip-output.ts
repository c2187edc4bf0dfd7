import type { StableDepth, Yuv420 } from "../video-types.ts";
import type { Segment } from "./clip-journal.node.ts";
import type { SoundOutcome } from "./join-segments.node.ts";

/** A frame to write. */
export interface OutputFrame {
  /** Number in the output, from 0. */
  readonly index: number;
  readonly timeSeconds: number;
  readonly durationSeconds: number;
  readonly depth: StableDepth;
  /** Only for outputs that show pictures. */
  readonly picture?: Yuv420;
}

/** A segment being written. */
export interface SegmentWriter {
  add(frame: OutputFrame): Promise<void>;
  /** The segment is whole and on the disk. */
  finish(): Promise<void>;
  /** Gives up; what is there of the segment may stay. */
  abort(): Promise<void>;
}

/** A way of writing a clip. */
export interface ClipOutput {
  /** Ending of the names of segments, with the dot; empty for folders. */
  readonly segmentExtension: string;
  beginSegment(path: string): Promise<SegmentWriter>;
  /** Makes the output of its segments, under another name than the final one. May be called again. */
  join(segments: readonly Segment[], to: string): Promise<SoundOutcome>;
}
