import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSX = fileURLToPath(new URL("../../node_modules/tsx/dist/esm/index.mjs", import.meta.url));

/** How a run of the program ended. */
export interface Outcome {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the program from its source in a folder, without a terminal and without a network.
 * @param largestFileKib writing a larger file fails, as on a full disk (where there is a POSIX shell). Default: none does
 */
export function startCli(
  folder: string,
  args: readonly string[],
  largestFileKib?: number,
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const node = ["--conditions=source", "--import", TSX, join(ROOT, "src/cli/main.ts"), ...args];
  const env = { ...process.env, HF_HOME: join(folder, "cache"), HF_HUB_OFFLINE: "1" };
  let resolve: (outcome: Outcome) => void;
  const outcome = new Promise<Outcome>((settle) => {
    resolve = settle;
  });
  const [program, words] =
    largestFileKib === undefined
      ? [process.execPath, node]
      : ["sh", ["-c", `ulimit -f ${largestFileKib * 2} && exec "$0" "$@"`, process.execPath, ...node]];
  const child = execFile(program, words, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
    resolve({ exitCode: error ? (error.code ?? String(error.signal)) : 0, stdout, stderr }),
  );
  return { child, outcome };
}
