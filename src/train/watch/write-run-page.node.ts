import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import sharp from "sharp";
import { writeFileAtomic } from "../../util/atomic-file.node.ts";
import { DepthError, messageOf } from "../../util/errors.ts";
import { readMetrics } from "./read-metrics.node.ts";
import { type RunView, runPage } from "./run-page.ts";
import { SAMPLES_FOLDER } from "./sample-sheet.node.ts";

/** Options of `writeRunPage`. */
export interface RunPageOptions extends Pick<RunView, "totalSteps"> {
  /** Default `running`. */
  readonly state?: RunView["state"];
  /** Why it stopped. Default none. */
  readonly error?: string;
  /** Default: the names of the folder and of the one it is in. */
  readonly title?: string;
  /** Shown as JSON. Default: no configuration on the page. */
  readonly config?: unknown;
}

/** The page's name in the run's folder. */
export const PAGE_FILE = "run.html";
/** Sheets on the page: the newest, and others evenly spaced back to the first. */
const MAX_SHEETS = 8;
const NEWEST_SHEETS = 3;
/** Bytes of all sheets on the page; older ones that do not fit are left out. */
const MAX_SHEET_BYTES = 1_200_000;

/**
 * Writes `run.html` into a run's folder from its `metrics.jsonl` and `samples/STEP.png`; an open page sees the old or the
 * new one, never a part. About 0.3 MB plus the samples, under 2 MB however long the run is. Returns the path.
 * @throws DepthError `io` when something cannot be read or written
 */
export async function writeRunPage(folder: string, options: RunPageOptions): Promise<string> {
  const { totalSteps, state = "running", error, title = titleOf(folder), config } = options;
  const records = await readMetrics(join(folder, "metrics.jsonl"));
  const path = join(folder, PAGE_FILE);
  const page = runPage({
    ...records,
    ...{ title, state, totalSteps, updatedAt: new Date() },
    ...(error !== undefined && { error }),
    ...(config !== undefined && { config: JSON.stringify(config, null, 2) }),
    samples: await readSheets(join(folder, SAMPLES_FOLDER)),
  });
  await writeFileAtomic(path, page);
  return path;
}

function titleOf(folder: string): string {
  const path = resolve(folder);
  return `${basename(dirname(path))}/${basename(path)}`;
}

/** The chosen sheets as JPEGs in data URLs, newest first. */
async function readSheets(folder: string): Promise<RunView["samples"]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new DepthError("io", `Cannot read ${folder}: ${messageOf(error)}`, { cause: error });
  });
  const steps = names.flatMap((name) => /^(\d+)\.png$/.exec(name)?.[1] ?? []).sort((a, b) => Number(b) - Number(a));
  const sheets: { step: number; url: string }[] = [];
  let bytes = 0;
  for (const step of chosen(steps)) {
    const url = await jpegUrl(join(folder, `${step}.png`));
    if (url === undefined) continue;
    bytes += url.length;
    if (bytes > MAX_SHEET_BYTES) break;
    sheets.push({ step: Number(step), url });
  }
  return sheets;
}

/** Of things from the newest to the oldest the newest few, then as many as fit, evenly spaced, with the oldest. */
export function chosen<T>(all: readonly T[]): readonly T[] {
  if (all.length <= MAX_SHEETS) return all;
  const rest = MAX_SHEETS - NEWEST_SHEETS;
  const older = all.slice(NEWEST_SHEETS);
  const spaced = Array.from({ length: rest }, (_, i) => older[Math.ceil(((i + 1) * older.length) / rest) - 1] as T);
  return [...all.slice(0, NEWEST_SHEETS), ...spaced];
}

/** Undefined for a file that is no picture: a page is not worth stopping a run for. */
async function jpegUrl(path: string): Promise<string | undefined> {
  const jpeg = await sharp(path)
    .jpeg({ quality: 80 })
    .toBuffer()
    .catch(() => undefined);
  return jpeg && `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}
