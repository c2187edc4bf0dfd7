import type { DepthMap } from "../depth/depth-map.ts";
import { encodePng } from "../image/codec.node.ts";
import type { Image } from "../image/image.ts";
import { captionedSideBySide } from "../output/captioned-side-by-side.node.ts";
import { colourise } from "../output/colourise.ts";
import type { EncodeDepthOptions } from "../output/depth-format.ts";
import { writeDepth } from "../output/write-depth.node.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { type PlannedOutput, SIDE_BY_SIDE } from "./plan-outputs.ts";

/** Writes what was planned for a picture. @throws DepthError `io` naming the path. */
export async function writeOutputs(
  image: Image,
  depth: DepthMap,
  outputs: readonly PlannedOutput[],
  options: EncodeDepthOptions = {},
): Promise<void> {
  for (const { path, content } of outputs) {
    if (content !== SIDE_BY_SIDE) {
      await writeDepth(depth, path, { ...options, format: content });
      continue;
    }
    const picture = await captionedSideBySide(image, colourise(depth, options.colormap));
    await writeFileAtomic(path, await encodePng({ ...picture, channels: 3 }));
  }
}
