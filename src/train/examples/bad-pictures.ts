import { DepthError, type DepthErrorCode } from "../../util/errors.ts";

/** A picture of a training set that could not be used; another took its place. */
export interface SkippedPicture {
  /** The dataset's name and the picture's id in it. */
  readonly source: string;
  /** What is wrong, naming the file. */
  readonly reason: string;
}

/** Default of `maxBadShare`. */
export const DEFAULT_MAX_BAD_SHARE = 0.05;
/** The share of bad pictures is judged once this many were tried. */
export const MIN_TRIED = 100;
/** So many bad pictures one after the other stop a run at once. */
export const MAX_BAD_IN_A_ROW = 8;

/** What a dataset's reader says of one picture. Other errors say that the run itself is wrong. */
const OF_ONE_PICTURE: ReadonlySet<DepthErrorCode> = new Set([
  "bad-file",
  "unsupported",
  "not-found",
  "too-large",
  "io",
]);

/** Whether an error is about one picture, so that the others can still be used. */
export function isBadPicture(code: DepthErrorCode): boolean {
  return OF_ONE_PICTURE.has(code);
}

/**
 * The sample of the same dataset that takes the place of a bad one. It hangs on nothing but the arguments; before
 * `length` attempts no sample comes twice, and the ones that follow each other lie far apart, so that a damaged stretch
 * of a dataset is left behind.
 * @param attempt 0 is the sample itself
 */
export function replacementIndex(index: number, attempt: number, length: number): number {
  let stride = Math.max(1, Math.floor(length * 0.618));
  while (greatestDivisor(stride, length) > 1) stride++;
  return (index + attempt * stride) % length;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Counts tried and skipped pictures and stops a run in which too many are bad. */
export interface BadPictureLimit {
  /** @throws DepthError `bad-file` when more than the allowed share of what was tried so far is bad. */
  count(used: number, skipped: readonly SkippedPicture[]): void;
}

/** A limit on the share of bad pictures among those tried, judged from `MIN_TRIED` on. */
export function badPictureLimit(maxShare: number): BadPictureLimit {
  let [tried, bad] = [0, 0];
  return {
    count(used, skipped) {
      tried += used + skipped.length;
      bad += skipped.length;
      if (tried < MIN_TRIED || bad <= maxShare * tried) return;
      throw new DepthError(
        "bad-file",
        `${bad} of ${tried} pictures tried could not be used, more than the allowed ${100 * maxShare} %. ` +
          `The last: ${skipped.at(-1)?.reason ?? "none in this batch"} Repair the datasets or raise \`maxBadShare\`.`,
      );
    },
  };
}

/** The error when no picture at all can be had for an example. */
export function allBad(skipped: readonly SkippedPicture[]): DepthError {
  return new DepthError(
    "bad-file",
    `${skipped.length} pictures, one after the other, could not be used; is it the right folder?\n` +
      skipped.map(({ source, reason }) => `  ${source}: ${reason}`).join("\n"),
  );
}
