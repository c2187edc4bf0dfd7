import type { DepthMap } from "../depth/depth-map.ts";
import { encodePng } from "../image/codec.node.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import type { EncodeDepthOptions } from "./depth-format.ts";
import { depthFormatFor } from "./formats.ts";

/** Options of `writeDepth`. */
export interface WriteDepthOptions extends EncodeDepthOptions {
  /** Name of a format, see `DEPTH_FORMATS`. Default: the first that has the path's extension. */
  readonly format?: string;
}

/**
 * Writes a depth map to a file; the extension picks the format (`.png`: 8-bit colour, `.npy`: raw float32).
 * The file appears whole or not at all; missing folders are made.
 * @throws DepthError `unsupported` or `bad-argument` (format), `io` naming the path.
 */
export async function writeDepth(depth: DepthMap, path: string, options: WriteDepthOptions = {}): Promise<void> {
  const format = depthFormatFor(path, options.format);
  await writeFileAtomic(path, await format.encode(depth, options, encodePng));
}
