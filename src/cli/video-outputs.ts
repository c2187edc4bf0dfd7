import { statSync } from "node:fs";
import { basename, dirname, extname, join, parse, resolve } from "node:path";
import { DepthError } from "../util/errors.ts";
import type { VideoFormat } from "../video/pipeline/clip-options.ts";
import type { VideoView } from "../video/render/frame-renderer.node.ts";

/** A clip and what is written for it. */
export interface ClipPaths {
  readonly input: string;
  readonly output: string;
  readonly poster?: string;
}

interface PathOptions {
  readonly out?: string;
  readonly format?: VideoFormat;
  readonly as: VideoView;
  readonly poster?: string;
}

/** Containers that are written as they came. */
const SAME_CONTAINER: readonly string[] = ["mp4", "mov", "webm", "mkv"] satisfies VideoFormat[];

/**
 * Names the output of every clip: `X_depth.mp4`, `X_grey.webm`, `X_depth.npz`, `X_depth_png16/` beside X, or below `--out`.
 * @throws DepthError `bad-argument` when two outputs have one name, or one is the name of a clip
 */
export function planVideoOutputs(inputs: readonly string[], options: PathOptions): readonly ClipPaths[] {
  const { out, poster } = options;
  const isFile = out !== undefined && !/[\\/]$/.test(out) && !isFolder(out) && namesFile(out, options, inputs.length);
  const plans = inputs.map((input) => {
    const output = isFile ? out : join(out ?? dirname(input), outputName(input, options));
    if (poster === undefined) return { input, output };
    const sheet = inputs.length === 1 && !isFolder(poster) && extname(poster) !== "" ? poster : undefined;
    return { input, output, poster: sheet ?? join(poster, `${parse(input).name}_poster.png`) };
  });
  const owners = new Map(inputs.map((input) => [resolve(input), `the clip ${input} itself`]));
  for (const { input, output, poster: sheet } of plans)
    for (const path of sheet === undefined ? [output] : [output, sheet]) {
      const owner = owners.get(resolve(path));
      if (owner !== undefined)
        throw new DepthError(
          "bad-argument",
          `${input} would be written to ${path}, which is ${owner}. Give another --out, or rename a clip.`,
        );
      owners.set(resolve(path), `also written for ${input}`);
    }
  return plans;
}

function namesFile(out: string, { format }: PathOptions, count: number): boolean {
  const isSequence = format === "png16" || format === "npy";
  if (isSequence ? count > 1 : extname(out) === "") return false;
  if (count === 1) return true;
  throw new DepthError(
    "bad-argument",
    `--out ${out} looks like one file, but there are ${count} clips. Name a folder: --out ${join(dirname(out), "depth")}/`,
  );
}

function outputName(input: string, { format, as }: PathOptions): string {
  const { name, ext } = parse(basename(input));
  const own = ext.slice(1).toLowerCase();
  const container = format ?? (SAME_CONTAINER.includes(own) ? own : "mp4");
  if (container === "npz") return `${name}_depth.npz`;
  if (container === "png16" || container === "npy") return `${name}_depth_${container}`;
  return `${name}_${as === "colour" ? "depth" : as}.${container}`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
