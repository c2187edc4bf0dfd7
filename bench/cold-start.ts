import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "./statistics.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(ROOT, "dist", "cli", "main.js");

/** A command line and the median wall time of a process that runs it. */
export interface ColdStart {
  readonly command: string;
  readonly timeMs: number;
}

/** Times the built command line on a photo, a new process each time. Empty before `npm run build`. */
export async function benchColdStart(photo: string, out: string, rounds: number): Promise<readonly ColdStart[]> {
  if (!existsSync(CLI)) return [];
  const commands: readonly (readonly [shown: string, file: string, args: readonly string[]])[] = [
    ["node dist/cli/main.js photo.jpg", process.execPath, [CLI]],
    ["npx depth-anything photo.jpg", "npx", ["--offline", "depth-anything"]],
  ];
  const results: ColdStart[] = [];
  for (const [command, file, args] of commands) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await promisify(execFile)(file, [...args, photo, "--out", out], { cwd: ROOT });
      times.push(performance.now() - start);
    }
    results.push({ command, timeMs: median(times) });
  }
  return results;
}
