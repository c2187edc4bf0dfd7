import { stat } from "node:fs/promises";
import type { Input, InputVideoTrack } from "mediabunny";
import { DepthError, messageOf } from "../../util/errors.ts";
import { matroskaView } from "./matroska-view.node.ts";
import type { MediaLibraries } from "./media-libraries.node.ts";

/** A clip's file with its first video track. */
export interface OpenContainer {
  readonly input: Input;
  readonly track: InputVideoTrack;
  /** What has been found to be wrong with the file, up to now. */
  damage(): string | undefined;
}

/**
 * Opens a clip's file and finds its pictures.
 * @throws DepthError `not-found`, `bad-file`
 */
export async function openContainer({ containers }: MediaLibraries, path: string): Promise<OpenContainer> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new DepthError("not-found", `There is no file ${path}.`);
  if (!found.isFile()) throw notClip(path, "a folder");
  if (found.size === 0) throw notClip(path, "an empty file");
  const view = await matroskaView(containers, path, found.size);
  const source = view?.source ?? new containers.FilePathSource(path);
  const input = new containers.Input({ formats: containers.ALL_FORMATS, source });
  try {
    if (!(await input.canRead())) throw notClip(path, "no container that is known here");
    const track = await input.getPrimaryVideoTrack();
    if (!track) {
      const isSound = (await input.getAudioTracks()).length > 0;
      throw notClip(path, isSound ? "only sound" : "a container without pictures, or one whose index is cut off");
    }
    return { input, track, damage: () => view?.damage() };
  } catch (error) {
    input.dispose();
    throw error instanceof DepthError ? error : notClip(path, messageOf(error), error);
  }
}

function notClip(path: string, found: string, cause?: unknown): DepthError {
  return new DepthError(
    "bad-file",
    `${path} is not a readable clip: expected MP4, MOV, WebM or MKV with pictures, found ${found}. ` +
      "Check it with `ffprobe`, or convert it with `ffmpeg -i in out.mp4`.",
    { cause },
  );
}
