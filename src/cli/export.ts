import { type Command, Option } from "commander";
import { exportOnnx } from "../depth/export-onnx.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { throwIfAborted } from "../util/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { addModelOptions, type ModelOptions, openModel } from "./model-options.ts";
import { createProgressLine } from "./progress-line.ts";

interface ExportOptions extends ModelOptions {
  readonly out?: string;
  readonly precision: "fp32" | "fp16";
  readonly json?: true;
}

/** `depth-anything export [model]`. */
export function define(command: Command, { signal }: CommandContext): void {
  command
    .option("-o, --out <file>", "the file to write (default: MODEL.onnx)")
    .addOption(
      new Option("--precision <name>", "number format of the weights and the arithmetic")
        .choices(["fp32", "fp16"])
        .default("fp32"),
    );
  addModelOptions(command)
    .option("--json", "print the result as JSON")
    .action(async (name: string | undefined, { out, precision, json, ...options }: ExportOptions) => {
      const model = await openModel(name, options, { signal, line: createProgressLine() });
      const bytes = exportOnnx(model, { precision });
      const path = out ?? `${model.id}.onnx`;
      throwIfAborted(signal);
      await writeFileAtomic(path, bytes);
      const result = { model: model.id, kind: model.kind, path, precision, bytes: bytes.length };
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${model.id} -> ${path}\n`);
      await model.dispose();
    });
}
