import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";

/** A finished piece of an output. */
export interface Segment {
  /** Where it lies; a file or a folder, as the kind of output wants it. */
  readonly path: string;
  /** When its frames are shown in the output, and for how long. */
  readonly timesSeconds: readonly number[];
  readonly durationsSeconds: readonly number[];
}

/** The unfinished output of a clip: finished segments, and what the next frame depends on. */
export interface ClipJournal<State> {
  /** Segments that an interrupted run left. */
  readonly segments: readonly Segment[];
  /** What the last of them was committed with. */
  readonly state: State | undefined;
  /** Where the segment of a number goes. */
  segmentPath(number: number): string;
  /** Notes that a segment is whole, together with the state after its last frame: both or, after a crash, neither. */
  commit(segment: Segment, state: State): Promise<void>;
  /** Removes everything. */
  remove(): Promise<void>;
}

const JOB_FILE = "job.json";
const STATE_FILE = "state.bin";

/**
 * Opens the folder beside an output in which it grows. Segments are cut at key frames, so that they can be joined without
 * being encoded again. What another job (other options, another clip) has left there is removed.
 * @param job everything the output depends on; JSON
 * @param extension of segments, with the dot
 * @throws DepthError `io` when the folder cannot be written
 */
export async function openClipJournal<State>(
  folder: string,
  job: object,
  extension: string,
): Promise<ClipJournal<State>> {
  const wanted = JSON.stringify(job);
  const found = await readFile(join(folder, JOB_FILE), "utf8").catch(() => undefined);
  if (found !== wanted) {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw cannotWrite(folder, error);
    });
    await writeFileAtomic(join(folder, JOB_FILE), wanted);
  }
  const left = await readState<State>(join(folder, STATE_FILE));
  const count = left?.segments ?? 0;
  const segments: Segment[] = [];
  for (let number = 0; number < count; number++) {
    const record = await readFile(join(folder, recordName(number)), "utf8").catch(() => "null");
    const segment = JSON.parse(record) as Omit<Segment, "path"> | null;
    if (segment === null) throw new DepthError("bad-file", `${folder} lacks ${recordName(number)}. Remove the folder.`);
    segments.push({ ...segment, path: join(folder, segmentName(number) + extension) });
  }
  await removeUnfinished(folder, count);
  let done = count;
  return {
    segments,
    state: left?.state,
    segmentPath: (number) => join(folder, segmentName(number) + extension),
    async commit({ timesSeconds, durationsSeconds }, state) {
      await writeFileAtomic(join(folder, recordName(done)), JSON.stringify({ timesSeconds, durationsSeconds }));
      done++;
      await writeFileAtomic(join(folder, STATE_FILE), serialize({ segments: done, state }));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A file that was cut off or is no state of ours counts as none: the clip then begins anew. */
async function readState<State>(path: string): Promise<{ segments: number; state: State } | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  try {
    return bytes && deserialize(bytes);
  } catch {
    return undefined;
  }
}

async function removeUnfinished(folder: string, count: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const number = /^segment-(\d+)/.exec(name)?.[1];
      if (number !== undefined && Number(number) >= count) await rm(join(folder, name), { recursive: true });
    }
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

const cannotWrite = (folder: string, error: unknown): DepthError =>
  new DepthError("io", `Cannot write to ${folder}: ${messageOf(error)}. Give another --out.`, { cause: error });
const segmentName = (number: number): string => `segment-${String(number).padStart(5, "0")}`;
const recordName = (number: number): string => `${segmentName(number)}.json`;
