import type { Dataset, DepthSample } from "./sample.ts";

/** What a cache counts: a picture, with or without truth. */
type CachedSample = Pick<DepthSample, "image"> & Partial<Pick<DepthSample, "truth">>;

/** Bytes that caches may still take; shared by the datasets that are given the same object. */
export interface CacheBudget {
  bytesLeft: number;
}

/**
 * Keeps decoded samples in memory while the budget lasts. Nothing is thrown out: an epoch visits every sample once, so
 * what came first is worth as much as what comes last.
 */
export function cachedDataset<S extends CachedSample>(dataset: Dataset<S>, budget: CacheBudget): Dataset<S> {
  const kept = new Map<number, S>();
  return {
    ...dataset,
    get: async (index) => {
      const hit = kept.get(index);
      if (hit !== undefined) return hit;
      const sample = await dataset.get(index);
      const bytes = sample.image.data.byteLength + (sample.truth?.data.byteLength ?? 0);
      if (bytes <= budget.bytesLeft) {
        budget.bytesLeft -= bytes;
        kept.set(index, sample);
      }
      return sample;
    },
  };
}
