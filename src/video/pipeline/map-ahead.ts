/**
 * Applies asynchronous work to the values of a stream, up to `ahead` of them at a time, and yields the results in order.
 * The stream is asked for no more than that, which bounds the memory. When the reader stops, or anything fails, the
 * stream is closed and what is under way is waited for and given to `discard`.
 */
export async function* mapAhead<T, R>(
  source: AsyncIterable<T>,
  ahead: number,
  work: (value: T) => Promise<R>,
  discard: (result: R) => void = () => undefined,
): AsyncGenerator<R, void> {
  const values = source[Symbol.asyncIterator]();
  const open: Promise<R>[] = [];
  let isDone = false;
  // One request at a time: the work on a value starts as soon as it is there, not when a result is asked for.
  let asking: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const ask = (): void => {
    if (asking !== undefined || isDone || open.length >= ahead) return;
    asking = values.next().then(
      (next) => {
        asking = undefined;
        if (next.done) isDone = true;
        else {
          const result = work(next.value);
          result.catch(() => undefined);
          open.push(result);
          ask();
        }
      },
      (error: unknown) => {
        asking = undefined;
        isDone = true;
        failure = { error };
      },
    );
  };
  try {
    for (;;) {
      ask();
      while (open.length === 0 && asking !== undefined) await asking;
      const first = open[0];
      if (first === undefined) break;
      const result = await first;
      open.shift();
      ask();
      yield result;
    }
    if (failure) throw failure.error;
  } finally {
    isDone = true;
    await asking;
    for (const result of open) await result.then(discard, () => undefined);
    await values.return?.();
  }
}
