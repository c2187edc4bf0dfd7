import { cp, link, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DepthMap } from "../../depth/depth-map.ts";
import { resampleBilinear } from "../../image/resample-bilinear.ts";
import type { Size } from "../../image/resize-rule.ts";
import { writeDepth } from "../../output/write-depth.node.ts";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { StableDepth } from "../video-types.ts";
import type { ClipOutput } from "./clip-output.ts";

/** What every frame of a sequence has in common. */
export interface FrameFacts extends Pick<DepthMap, "kind" | "modelId" | "inputWidth" | "inputHeight"> {
  /** Size of the maps that are written. */
  readonly size: Size;
  /** Which points of the network's map and the written one coincide. */
  readonly alignCorners: boolean;
}

/** PNGs being compressed at a time, on libvips' threads. */
const OPEN_FILES = 4;

/**
 * A folder with a file for each frame, `000000.png`, and `timestamps.json` with their times. PNGs are stretched over the
 * range that a video would show, which changes slowly; values beyond it are clipped.
 * @param format name of a depth format that writes `extension`
 */
export function sequenceOutput(format: string, extension: string, facts: FrameFacts): ClipOutput {
  return {
    segmentExtension: "",
    async beginSegment(path) {
      await mkdir(path, { recursive: true });
      const open = new Set<Promise<void>>();
      let failure: { readonly error: unknown } | undefined;
      const settle = async (most: number): Promise<void> => {
        while (open.size > most) await Promise.race(open);
        if (failure) throw failure.error;
      };
      return {
        async add({ index, depth }) {
          const name = join(path, `${String(index).padStart(6, "0")}${extension}`);
          const work: Promise<void> = writeDepth(frameMap(depth, facts), name, { format })
            .catch((error: unknown) => {
              failure ??= { error };
            })
            .finally(() => open.delete(work));
          open.add(work);
          await settle(OPEN_FILES - 1);
        },
        finish: () => settle(0),
        abort: () => settle(0).catch(() => undefined),
      };
    },
    async join(segments, to) {
      try {
        await rm(to, { recursive: true, force: true });
        await mkdir(to, { recursive: true });
        // A second name costs nothing; some file systems have none.
        for (const { path } of segments)
          for (const name of await readdir(path))
            await link(join(path, name), join(to, name)).catch(() => cp(join(path, name), join(to, name)));
      } catch (error) {
        throw new DepthError("io", `Cannot write ${to}: ${messageOf(error)}`, { cause: error });
      }
      const timesSeconds = segments.flatMap((segment) => segment.timesSeconds);
      const durationsSeconds = segments.flatMap((segment) => segment.durationsSeconds);
      const { kind, modelId, size } = facts;
      const list = { kind, modelId, ...size, frames: timesSeconds.length, timesSeconds, durationsSeconds };
      await writeFileAtomic(join(to, "timestamps.json"), `${JSON.stringify(list, null, 1)}\n`);
      return "none";
    },
  };
}

/** The depth of a frame at the size that is written, with the range that is shown. */
export function frameMap({ data, width, height, range }: StableDepth, facts: FrameFacts): DepthMap {
  const { size, alignCorners, ...rest } = facts;
  const isSame = width === size.width && height === size.height;
  return {
    ...rest,
    ...size,
    data: isSame ? data : resampleBilinear(data, { width, height }, { ...size, alignCorners }),
    range: { min: range.low, max: range.high },
  };
}
