import { statSync } from "node:fs";
import { dirname, extname, join, parse, resolve } from "node:path";
import { DEPTH_FORMATS, depthFormatFor } from "../output/formats.ts";
import { DepthError } from "../util/errors.ts";
import type { InputFile } from "./find-inputs.ts";

/** One file to write. */
export interface PlannedOutput {
  readonly path: string;
  /** Name of a depth format, or the official picture of photo and depth. */
  readonly content: string | typeof SIDE_BY_SIDE;
}

/** A picture and what is made of it. */
export interface Plan {
  readonly input: InputFile;
  readonly outputs: readonly PlannedOutput[];
}

/** Where outputs go. */
export interface OutputOptions {
  /** A folder, or one file. Default: beside the photo. */
  readonly out?: string;
  /** Names of depth formats. Default: that of the file `out`, else `png8`. */
  readonly format?: readonly string[];
  readonly sideBySide?: boolean;
}

/** Content of an output that shows photo and depth side by side. */
export const SIDE_BY_SIDE = "side-by-side";

/**
 * Names the outputs of every picture: `X_depth.png` as the official `run.py` does (`X_img_depth.png` side by side,
 * `X_depth_png16.png` for a format that is not the first of its extension).
 * @throws DepthError `bad-argument` when two outputs have one name, or one is the name of an input.
 */
export function planOutputs(inputs: readonly InputFile[], options: OutputOptions): readonly Plan[] {
  const file = outputFile(options.out, inputs.length);
  const plans = inputs.map((input) => ({ input, outputs: outputsOf(input, options, file) }));
  const owners = new Map(inputs.map(({ path }) => [resolve(path), `the input ${path} itself`]));
  for (const { input, outputs } of plans)
    for (const { path } of outputs) {
      const owner = owners.get(resolve(path));
      if (owner !== undefined)
        throw new DepthError(
          "bad-argument",
          `${input.path} would be written to ${path}, which is ${owner}. Give another --out, or rename a picture.`,
        );
      owners.set(resolve(path), `also the output of ${input.path}`);
    }
  return plans;
}

function outputsOf(input: InputFile, options: OutputOptions, file: string | undefined): PlannedOutput[] {
  const { out, format, sideBySide } = options;
  if (file !== undefined) {
    if (sideBySide && format === undefined) return [{ path: file, content: SIDE_BY_SIDE }];
    if (sideBySide || (format?.length ?? 0) > 1)
      throw new DepthError("bad-argument", `--out ${file} is one file, but several are asked for. Name a folder.`);
    return [{ path: file, content: depthFormatFor(file, format?.[0]).name }];
  }
  const { name, dir } = parse(out === undefined ? input.path : join(out, input.relativePath));
  const outputs: PlannedOutput[] = [...new Set(format ?? ["png8"])].map((content) => {
    const [extension = ""] = DEPTH_FORMATS.find((one) => one.name === content)?.extensions ?? [];
    const isFirst = depthFormatFor(`x${extension}`).name === content;
    return { path: join(dir, `${name}_depth${isFirst ? "" : `_${content}`}${extension}`), content };
  });
  return sideBySide ? [...outputs, { path: join(dir, `${name}_img_depth.png`), content: SIDE_BY_SIDE }] : outputs;
}

/** `out` if it names a file: no folder there, no slash at its end, an extension. */
function outputFile(out: string | undefined, inputCount: number): string | undefined {
  if (out === undefined || /[\\/]$/.test(out) || extname(out) === "") return undefined;
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  if (inputCount === 1) return out;
  throw new DepthError(
    "bad-argument",
    `--out ${out} looks like one file, but there are ${inputCount} pictures. Name a folder: --out ${join(dirname(out), "depth")}/`,
  );
}
