import { DepthError, messageOf } from "../util/errors.ts";

/** Says on stderr what went wrong. Returns the exit code: 1 failed, 2 wrong use, 130 interrupted. */
export function reportError(
  error: unknown,
  { verbose, interrupted }: { readonly verbose: boolean; readonly interrupted: boolean },
): number {
  if (interrupted) {
    process.stderr.write("Interrupted.\n");
    return 130;
  }
  const expected = error instanceof DepthError;
  process.stderr.write(`error: ${expected ? error.message : `something unexpected went wrong: ${messageOf(error)}`}\n`);
  if (verbose && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      process.stderr.write(`${cause.stack}\n`);
  } else if (!expected) process.stderr.write("Run the command again with --verbose and report what it prints.\n");
  return expected && error.code === "bad-argument" ? 2 : 1;
}
