import { parseArgs } from "node:util";
import { readCheckpoint } from "../src/train/run/checkpoint.node.ts";
import { writeModel } from "../src/train/run/write-model.node.ts";

/**
 * Makes a model file of a run that was stopped before its end:
 *
 *   npx tsx --conditions=source scripts/checkpoint-model.ts runs/mine/teacher/last.safetensors --out model.safetensors
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
const [checkpoint] = positionals;
if (checkpoint === undefined || values.out === undefined) throw new Error("Give a checkpoint and --out.");
await writeModel(values.out, await readCheckpoint(checkpoint));
