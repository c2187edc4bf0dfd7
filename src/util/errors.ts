/** What went wrong, for programs; the message is for people. */
export type DepthErrorCode =
  | "bad-argument"
  | "bad-file"
  | "not-found"
  | "unsupported"
  | "too-large"
  | "device-unavailable"
  | "network"
  | "offline"
  | "checksum"
  | "io"
  | "aborted"
  | "bad-state";

/**
 * The one error this library throws on purpose. The message says what failed, where (file, tensor,
 * option), what was expected, what was found, and what to do about it.
 */
export class DepthError extends Error {
  override readonly name = "DepthError";
  readonly code: DepthErrorCode;

  constructor(code: DepthErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything that was thrown, `Error` or not. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws a `DepthError` with code `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DepthError("aborted", "The operation was aborted.", { cause: signal.reason });
}
