/** One report of long work. `total` is absent while it is unknown. */
export interface Progress {
  /** What is being done, for example `download` or `decode`. */
  readonly stage: string;
  /** How much is done, in `unit`. */
  readonly done: number;
  readonly total?: number;
  /** What `done` and `total` count, for example `bytes` or `images`. */
  readonly unit: string;
  /** The thing in hand, for example a file name. */
  readonly item?: string;
}

/** Receives the reports of long work. */
export type OnProgress = (progress: Progress) => void;
