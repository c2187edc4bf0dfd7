import type { OnProgress } from "../util/progress.ts";

export { formatDuration } from "../util/duration.ts";

/** One line on stderr that is written over again and again; nothing at all where stderr is no terminal. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
  /** Shows the reports of long work, for example `download 12.3 of 99.2 MB model.safetensors`. */
  readonly onProgress: OnProgress;
}

/** A progress line on stderr. */
export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let shown = false;
  const show = (text: string): void => {
    if (!stream.isTTY) return;
    shown = true;
    stream.write(`\r${text.slice(0, (stream.columns || 80) - 1)}\x1b[K`);
  };
  return {
    show,
    clear() {
      if (shown) stream.write("\r\x1b[K");
      shown = false;
    },
    onProgress({ stage, done, total, unit, item = "" }) {
      const amount = (count: number) => (unit === "bytes" ? (count / 1e6).toFixed(1) : String(count));
      const of = total === undefined ? "" : ` of ${amount(total)}`;
      show(`${stage} ${amount(done)}${of} ${unit === "bytes" ? "MB" : unit} ${item}`);
    },
  };
}
