import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "../src/graph/tensor.ts";
import { parseSafetensors } from "../src/weights/safetensors.ts";

const folders = [join(import.meta.dirname, "../../shared/golden"), join(import.meta.dirname, "golden")];

/** The path of a golden file: the full one of the optional data folder, else the excerpt kept in test/golden. */
export function goldenPath(name: string): string {
  return join(folders.find((folder) => existsSync(join(folder, name))) ?? "", name);
}

/** All tensors of a golden safetensors file. */
export function goldenTensors(name: string): ReadonlyMap<string, Tensor> {
  return parseSafetensors(readFileSync(goldenPath(name)), name).tensors;
}

/** A golden JSON file. */
export function goldenJson<T>(name: string): T {
  return JSON.parse(readFileSync(goldenPath(name), "utf8")) as T;
}

/** Largest absolute difference over the largest magnitude of what was expected. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i] as number;
    const gap = Math.abs((actual[i] as number) - e);
    if (!(gap <= difference)) difference = gap;
    magnitude = Math.max(magnitude, Math.abs(e));
  }
  return difference / magnitude;
}
