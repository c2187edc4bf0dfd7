import { type Draw, type MixturePart, sampleSchedule } from "./sample-schedule.ts";

/**
 * What the batches hold, one after the other from number `start`, when they take several mixtures in turn. Turns with the
 * same (identical) mixture share one `sampleSchedule`, so that each has its proportions and rounds for itself.
 */
export function* batchSchedule(
  turns: readonly (readonly MixturePart[])[],
  batchSize: number,
  seed: number,
  start: number,
): Generator<Draw[], never> {
  const schedules = new Map(
    [...new Set(turns)].map((mixture, i) => {
      const before = turns.filter((turn, k) => turn === mixture && k < start % turns.length).length;
      const perRound = turns.filter((turn) => turn === mixture).length;
      const batches = Math.floor(start / turns.length) * perRound + before;
      return [mixture, sampleSchedule(mixture, seed + i, batches * batchSize)];
    }),
  );
  for (let batch = start; ; batch++) {
    const schedule = schedules.get(turns[batch % turns.length] as readonly MixturePart[]);
    yield Array.from({ length: batchSize }, () => schedule?.next().value as Draw);
  }
}
