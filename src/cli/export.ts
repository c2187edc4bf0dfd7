import { type Command, Option } from "commander";
import { exportOnnx } from "../depth/export-onnx.ts";
import { loadNetwork } from "../depth/load-model.node.ts";
import { writeFileAtomic } from "../util/atomic-file.node.ts";
import { throwIfAborted } from "../util/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { addModelOptions, loadArguments, type ModelOptions } from "./model-options.ts";
import { createProgressLine } from "./progress-line.ts";

const PRECISIONS = { fp32: "float32", fp16: "float16" } as const;

interface ExportOptions extends ModelOptions {
  readonly out?: string;
  readonly precision: keyof typeof PRECISIONS;
  readonly json?: true;
}

/** `depth-anything export [model]`. */
export function define(command: Command, { signal }: CommandContext): void {
  command
    .option("-o, --out <file>", "the file to write (default: MODEL.onnx)")
    .addOption(
      new Option("--precision <name>", "number format of the weights and the arithmetic")
        .choices(Object.keys(PRECISIONS))
        .default("fp32"),
    );
  addModelOptions(command)
    .option("--json", "print the result as JSON")
    .action(async (name: string | undefined, options: ExportOptions) => {
      const { precision, json } = options;
      const line = createProgressLine();
      const network = await loadNetwork(...loadArguments(name, options, { signal, line }));
      line.clear();
      const { id, kind } = network.info;
      const path = options.out ?? `${id}.onnx`;
      const bytes = exportOnnx(network, { precision: PRECISIONS[precision] });
      throwIfAborted(signal);
      await writeFileAtomic(path, bytes);
      const result = { model: id, kind, path, precision, bytes: bytes.length };
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${id} -> ${path}\n`);
    });
}
