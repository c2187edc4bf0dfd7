import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { boxShrink } from "../../image/box-shrink.ts";
import { encodePng } from "../../image/codec.node.ts";
import type { Image } from "../../image/image.ts";
import type { Size } from "../../image/resize-rule.ts";
import { captionedGrid } from "../../output/captioned-grid.node.ts";
import { grid } from "../../output/grid.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { depthPicture } from "../render/depth-picture.ts";
import type { StableDepth } from "../video-types.ts";
import { clockTime } from "./clock-time.ts";

/** Pictures on a strip, and the longer side of each. */
const COUNT = 6;
const SIDE = 320;

/** What a strip is made from. */
export interface PosterOptions {
  /** Where its pictures wait until the clip is done. */
  readonly folder: string;
  /** Of the clip. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Of the output; pictures get its shape. */
  readonly size: Size;
  readonly colours: Uint8Array;
  readonly alignCorners: boolean;
  /** Pictures that an interrupted run has taken. */
  readonly taken: number;
}

/** A contact sheet in the making. */
export interface Poster {
  readonly taken: number;
  /** Takes a picture of the frame if it is time for one. */
  offer(timeSeconds: number, image: Image, depth: StableDepth): Promise<void>;
  /** Writes the sheet: frames above, their depth below, times over them. */
  write(path: string): Promise<void>;
}

interface Cell {
  readonly timeSeconds: number;
  readonly frame: Image;
  readonly depth: Image;
}

/** A contact sheet of pictures at even times, the first at the beginning. */
export function createPoster(options: PosterOptions): Poster {
  const { folder, fromSeconds, toSeconds, colours, alignCorners } = options;
  const times = Array.from({ length: COUNT }, (_, i) => fromSeconds + ((toSeconds - fromSeconds) * i) / COUNT);
  const factor = SIDE / Math.max(options.size.width, options.size.height);
  const side = (length: number): number => Math.max(1, Math.round(length * factor));
  const size = { width: side(options.size.width), height: side(options.size.height) };
  const path = (number: number): string => join(folder, `poster-${number}.bin`);
  let taken = options.taken;
  return {
    get taken() {
      return taken;
    },
    async offer(timeSeconds, image, depth) {
      if (taken === COUNT || timeSeconds < (times[taken] as number)) return;
      const colouredDepth = depthPicture(depth, size, colours, alignCorners);
      const cell: Cell = { timeSeconds, frame: boxShrink(image, size), depth: colouredDepth };
      await writeFileAtomic(path(taken), serialize(cell));
      taken++;
    },
    async write(to) {
      const cells: Cell[] = [];
      for (let number = 0; number < taken; number++) {
        const bytes = await readFile(path(number)).catch(() => undefined);
        if (bytes) cells.push(deserialize(bytes) as Cell);
      }
      const gapPx = 4;
      const columns = cells.map(({ timeSeconds, frame, depth }) => ({
        image: grid([frame, depth], { columns: 1, gapPx }),
        caption: clockTime(timeSeconds),
      }));
      const sheet = await captionedGrid(columns, { columns: columns.length, gapPx });
      await writeFileAtomic(to, await encodePng({ ...sheet, channels: 3 }));
    },
  };
}
