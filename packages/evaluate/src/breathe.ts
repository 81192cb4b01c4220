/** A pause to call inside a long computation: it lets timers and the page run, and stops when aborted. */
export function breather(signal?: AbortSignal, everyMilliseconds = 50): () => Promise<void> {
  let last = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - last < everyMilliseconds) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
    signal?.throwIfAborted();
  };
}
