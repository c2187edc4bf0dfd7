import { createRandom, shuffledIndices } from "../../util/random.ts";

/** One draw: sample `index` of dataset number `dataset`. */
export interface Draw {
  readonly dataset: number;
  readonly index: number;
}

/** A dataset's part in a mixture. */
export interface MixturePart {
  /** Number of samples. */
  readonly length: number;
  /** Its share of the draws, in proportion to the other weights. */
  readonly weight: number;
}

/**
 * The endless order in which a mixture of datasets is drawn, from draw number `start`. Every stretch holds the datasets
 * in the proportion of their weights (whoever lags most behind its share is next), and each dataset is shuffled
 * anew for every round through it. Depends on the parts and the seed alone.
 */
export function* sampleSchedule(parts: readonly MixturePart[], seed: number, start = 0): Generator<Draw, never> {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const counts = parts.map(() => 0);
  const orders: { round: number; order: Uint32Array }[] = parts.map(() => ({ round: -1, order: new Uint32Array() }));
  for (let draw = 0; ; draw++) {
    let dataset = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (const [i, { weight }] of parts.entries()) {
      const lag = ((draw + 1) * weight) / total - (counts[i] as number);
      if (weight > 0 && lag > most) {
        most = lag;
        dataset = i;
      }
    }
    const count = counts[dataset] as number;
    counts[dataset] = count + 1;
    if (draw < start) continue;
    const { length } = parts[dataset] as MixturePart;
    const round = Math.floor(count / length);
    if (orders[dataset]?.round !== round) {
      orders[dataset] = { round, order: shuffledIndices(length, createRandom(seed, dataset, round)) };
    }
    yield { dataset, index: orders[dataset]?.order[count % length] as number };
  }
}
