import { DepthError } from "../../util/errors.ts";

/** Reads and writes containers. */
export type Mediabunny = typeof import("mediabunny");
/** WebCodecs for Node: decoders and encoders. */
export type WebCodecs = typeof import("@napi-rs/webcodecs");

/** The optional packages that clips are read and written with. Nothing is put on `globalThis`. */
export interface MediaLibraries {
  readonly containers: Mediabunny;
  readonly codecs: WebCodecs;
}

let loading: Promise<MediaLibraries> | undefined;

/** @throws DepthError `unsupported` when they are not installed or have no build for this machine. */
export function loadMediaLibraries(): Promise<MediaLibraries> {
  loading ??= load();
  return loading;
}

async function load(): Promise<MediaLibraries> {
  try {
    const [containers, codecs] = await Promise.all([import("mediabunny"), import("@napi-rs/webcodecs")]);
    // It would write warnings to the console otherwise; what matters of them comes back as errors.
    containers.Logging.level = containers.LogLevel.Silent;
    return { containers, codecs };
  } catch (error) {
    loading = undefined;
    throw new DepthError(
      "unsupported",
      "Video needs the optional packages mediabunny and @napi-rs/webcodecs; at least one of them is not installed or " +
        "has no build for this machine. Run `npm install mediabunny @napi-rs/webcodecs`.",
      { cause: error },
    );
  }
}
