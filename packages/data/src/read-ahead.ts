export interface ReadAhead<T> {
  /** First step, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** How many steps may be under way or ready beyond the one that is asked for. */
  readonly ahead: number;
  load(step: number, signal: AbortSignal): Promise<T>;
  readonly signal?: AbortSignal;
}

/**
 * The results of `load` in order, with the next ones begun before they are asked for.
 *
 * An error comes out at its own step. An error, `return()` and an abort end the iteration at once and abort what is
 * under way, whether or not `load` heeds its signal.
 */
export function readAhead<T>({ from, to, ahead, load, signal }: ReadAhead<T>): AsyncIterableIterator<T> {
  const reading = new AbortController();
  const begun: Promise<T>[] = [];
  let upcoming = from;
  let ended = false;

  const onAbort = () => end(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();

  function end(reason?: unknown): void {
    if (ended) return;
    ended = true;
    begun.length = 0;
    signal?.removeEventListener("abort", onAbort);
    reading.abort(reason);
  }

  function take(): Promise<T> | undefined {
    while (begun.length <= ahead && upcoming < to) {
      const result = load(upcoming++, reading.signal);
      // It may fail before anyone waits for it; the error is kept for its step.
      result.catch(() => {});
      begun.push(result);
    }
    return begun.shift();
  }

  async function advance(): Promise<IteratorResult<T>> {
    signal?.throwIfAborted();
    const result = ended ? undefined : take();
    if (result === undefined) {
      end();
      return { done: true, value: undefined };
    }
    try {
      return { done: false, value: await unlessAborted(result, reading.signal) };
    } catch (error) {
      const returned = ended && !signal?.aborted;
      end(error);
      if (returned) return { done: true, value: undefined };
      throw error;
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  const iterator: AsyncIterableIterator<T> = {
    // One at a time, as an async generator does.
    next() {
      const result = last.then(advance);
      last = result.catch(() => {});
      return result;
    },
    // Unlike a generator's, it does not wait for a step that is under way.
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

// Not Promise.race: a promise that outlives the race would keep every result of an epoch alive.
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
