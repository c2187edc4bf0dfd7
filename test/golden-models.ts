import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "../src/graph/tensor.ts";
import { parseSafetensors } from "../src/weights/safetensors.ts";

/** A small network with random weights, and what the official code computes with it at every stage. */
export interface GoldenModel {
  readonly tag: string;
  readonly configPath: string;
  readonly weightsPath: string;
  /** Per case: the stages by name, `input` and `depth` among them. */
  readonly cases: ReadonlyMap<string, ReadonlyMap<string, Tensor<"float32">>>;
}

/** The first of these that exists is read: a folder of other seeds, the full files, the excerpts in the repository. */
const FOLDERS = [
  process.env.GOLDEN_MODELS ?? "",
  join(import.meta.dirname, "../../shared/golden"),
  join(import.meta.dirname, "golden"),
];

/** All golden Depth Anything models: files `<tag>_config.json`, `<tag>_weights.safetensors`, `<tag>_io.safetensors`. */
export function goldenModels(): GoldenModel[] {
  const folder = FOLDERS.find((path) => path !== "" && existsSync(path)) as string;
  return readdirSync(folder).flatMap((file) => {
    const tag = /^(v(?:1|2|2metric)_.*)_config\.json$/.exec(file)?.[1];
    if (tag === undefined) return [];
    // The twelve-block models of V1 and V2 share their weights: only the tapped blocks differ.
    const [weightsPath] = [tag, tag.replace("v2_", "v1_")]
      .map((name) => join(folder, `${name}_weights.safetensors`))
      .filter((path) => existsSync(path));
    if (weightsPath === undefined) throw new Error(`No weights beside ${join(folder, file)}`);
    const cases = readCases(join(folder, `${tag}_io.safetensors`));
    return [{ tag, configPath: join(folder, file), weightsPath, cases }];
  });
}

function readCases(path: string): GoldenModel["cases"] {
  const cases = new Map<string, Map<string, Tensor<"float32">>>();
  for (const [name, tensor] of parseSafetensors(readFileSync(path), path).tensors) {
    const [, id = "", stage = ""] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    if (!cases.has(id)) cases.set(id, new Map());
    if (tensor.dtype === "float32") cases.get(id)?.set(stage, tensor as Tensor<"float32">);
  }
  return cases;
}
