import { type Command, InvalidArgumentError, Option } from "commander";
import type { LoadModelOptions, ModelSpec } from "../depth/load-model.node.ts";
import { DEVICES, type Device } from "../runtime/device.ts";
import { DepthError } from "../util/errors.ts";
import { printDownloadNotice } from "./download-notice.ts";
import type { ProgressLine } from "./progress-line.ts";

/** Which model, and where it runs. */
export interface ModelOptions {
  readonly config?: string;
  readonly weights?: string;
  readonly device?: Device;
  readonly threads?: number;
}

/** Adds the options of `ModelOptions` to a command. */
export function addModelOptions(command: Command): Command {
  return command
    .option("--weights <file>", "weights of your own: safetensors, .pth or ONNX")
    .option("--config <file>", "config.json that belongs to --weights (official or Hugging Face form)")
    .addOption(new Option("--device <name>", "where to run (default: the processor)").choices(DEVICES))
    .option("--threads <number>", "threads on the processor (default: one a core)", positiveInteger);
}

/** The two arguments of `loadModel` or `loadNetwork` for a registry name or the user's own files. */
export function loadArguments(
  name: string | undefined,
  { config, weights, device, threads }: ModelOptions,
  { signal, line }: { readonly signal: AbortSignal; readonly line: ProgressLine },
): [model: string | ModelSpec | undefined, options: LoadModelOptions] {
  if (config !== undefined && (weights === undefined || name !== undefined))
    throw new DepthError(
      "bad-argument",
      "--config describes weights of your own: give --weights with it, and no model.",
    );
  return [
    config !== undefined && weights !== undefined ? { config, weights } : name,
    {
      ...(weights && { weights }),
      ...(device && { device }),
      ...(threads && { threads }),
      ...{ signal, onProgress: line.onProgress, beforeDownload: printDownloadNotice },
    },
  ];
}

/** Reads an option that counts something. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a whole number above 0.");
}
