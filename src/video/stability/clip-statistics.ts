import type { DepthRange } from "./shot-range.ts";

/** What a first pass over a clip found out: with it, a second pass knows cuts and ranges from the start. Plain JSON. */
export interface ClipStatistics {
  /** Frames seen. */
  readonly frames: number;
  readonly shots: readonly { readonly firstFrame: number; readonly range: DepthRange }[];
}

/** Share of a shot's frames whose low (or high) end may lie beyond the shot's range. */
const BEYOND = 0.1;

/** Gathers the statistics of a clip. */
export interface StatisticsCollector {
  push(isCut: boolean, range: DepthRange | undefined): void;
  result(): ClipStatistics;
}

/** Begins a clip. */
export function createStatisticsCollector(): StatisticsCollector {
  const shots: { readonly firstFrame: number; readonly ranges: DepthRange[] }[] = [];
  let frames = 0;
  return {
    push: (isCut, range) => {
      if (isCut) shots.push({ firstFrame: frames, ranges: [] });
      frames++;
      if (range !== undefined) shots.at(-1)?.ranges.push(range);
    },
    result: () => ({
      frames,
      shots: shots.map(({ firstFrame, ranges }) => ({
        firstFrame,
        range: {
          low: quantile(
            ranges.map(({ low }) => low),
            BEYOND,
          ),
          high: quantile(
            ranges.map(({ high }) => high),
            1 - BEYOND,
          ),
        },
      })),
    }),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}
