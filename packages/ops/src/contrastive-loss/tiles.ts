// About 4 MiB for each matrix of a tile in float32; some ten of them are alive at a time.
const ELEMENTS_OF_A_TILE = 2 ** 20;

/** How many anchors to hold against all contrasts at a time. */
export function rowsOfATile(contrasts: number): number {
  return Math.max(16, Math.floor(ELEMENTS_OF_A_TILE / contrasts));
}

/** Cuts `0..total-1` into runs of at most `rows`. */
export function tiles(total: number, rows: number): { begin: number; rows: number }[] {
  const runs = [];
  for (let begin = 0; begin < total; begin += rows) runs.push({ begin, rows: Math.min(rows, total - begin) });
  return runs;
}
