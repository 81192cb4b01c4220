/** Runs of neighbours that need at most `most` buffers together. */
export function batches<T>(all: readonly T[], buffers: (one: T) => number, most: number): T[][] {
  const runs: T[][] = [];
  let left = 0;
  for (const one of all) {
    const needed = buffers(one);
    if (needed > left) {
      runs.push([]);
      left = most;
    }
    runs[runs.length - 1].push(one);
    left -= needed;
  }
  return runs;
}
