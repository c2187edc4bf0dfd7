import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { StreamTarget } from "mediabunny";
import { DepthError, messageOf } from "../../util/errors.ts";
import type { Mediabunny } from "./media-libraries.node.ts";

/** Bytes that are gathered before they go to the disk. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** A file that grows beside its final name and takes it when it is complete. */
export interface PartFile {
  readonly target: StreamTarget;
  /** Brings everything to the disk and gives the file a name. */
  keep(path: string): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/**
 * Starts a file that only gets its name when it is whole, as `writeFileAtomic`. Folders are made.
 * @throws DepthError `io` when nothing can be written there
 */
export async function createPartFile({ StreamTarget }: Mediabunny, path: string): Promise<PartFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  let file: FileHandle | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    file = await open(temporary, "wx");
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const handle = file;
  const close = async (): Promise<void> => {
    await file?.close();
    file = undefined;
  };
  const stream = new WritableStream<{ data: Uint8Array; position: number }>({
    async write({ data, position }) {
      // A disk that runs full takes a part of what it is given and only refuses the next write.
      for (let done = 0; done < data.length; ) {
        const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
        done += bytesWritten;
      }
    },
  });
  return {
    target: new StreamTarget(stream as WritableStream, { chunked: true, chunkSize: CHUNK_BYTES }),
    async keep(name) {
      await handle.sync();
      await close();
      await mkdir(dirname(name), { recursive: true });
      await rename(temporary, name);
    },
    async discard() {
      await close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

/** The error of a clip that cannot be written; a full disk is named. */
export function cannotWrite(path: string, error: unknown): DepthError {
  if (error instanceof DepthError) return error;
  const { code } = error as { readonly code?: string };
  const isFull = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  const why = isFull ? "the disk is full; free some space or write elsewhere" : messageOf(error);
  return new DepthError("io", `Cannot write ${path}: ${why}. Nothing was left under that name.`, { cause: error });
}
