import type { Tile } from "../shaders/product/tiling.js";
import type { Bench, Candidate } from "./bench.js";

export type Fastest = Pick<Candidate, "tile" | "dispatch" | "pipeline">;

/** What is measured at a time lasts at least this, if it does not take too many runs: clocks are coarse. */
const MILLISECONDS = 1;
const MOST_RUNS = 16;
/** Tiles that take more than this many times the best one's time are not measured again. */
const HOPELESS = 1.25;
/** Measurements of each of the others. */
const ROUNDS = 3;
/** What part of its time a tile must save to take the place of the first. */
const SAVED = 0.03;

/**
 * The fastest of some tiles, the first if there is little between them; undefined if that one can't be run. It goes on with each
 * `next()`, which gives the milliseconds that the GPU spent.
 */
export async function* fastest(
  bench: Pick<Bench, "prepare">,
  tiles: readonly Tile[],
): AsyncGenerator<number, Fastest | undefined> {
  const entrants: { readonly candidate: Candidate; best: number }[] = [];
  let best = Infinity;
  let runs = 1;
  for (const tile of tiles) {
    const candidate = await bench.prepare(tile);
    if (candidate === undefined) {
      if (tile === tiles[0]) return undefined;
      continue;
    }
    // The first run of a pipeline, and of a buffer, has more to do.
    const once = await candidate.time(1);
    yield once;
    if (tile === tiles[0]) {
      const again = await candidate.time(1);
      yield again;
      runs = Math.min(MOST_RUNS, Math.max(1, Math.ceil(MILLISECONDS / again)));
    }
    const time = await candidate.time(runs);
    yield time;
    entrants.push({ candidate, best: time });
    best = Math.min(best, time);
  }
  const hopeful = entrants.filter((entrant, i) => i === 0 || entrant.best <= HOPELESS * best);
  if (hopeful.length > 1) {
    for (let round = 1; round < ROUNDS; round++) {
      for (const entrant of hopeful) {
        const time = await entrant.candidate.time(runs);
        yield time;
        entrant.best = Math.min(entrant.best, time);
      }
    }
  }
  const [first] = entrants;
  const winner = hopeful.reduce((a, b) => (b.best < a.best ? b : a));
  return (winner.best < (1 - SAVED) * first.best ? winner : first).candidate;
}
