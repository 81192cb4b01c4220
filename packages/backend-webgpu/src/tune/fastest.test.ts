import { expect, test } from "vitest";
import { allTiles } from "../shaders/product/problem.js";
import type { Tile } from "../shaders/product/tiling.js";
import type { Candidate } from "./bench.js";
import { fastest } from "./fastest.js";

/** A bench on which each tile takes a time that is known: that of a run, or those of its runs in turn. */
function bench(milliseconds: readonly (number | readonly number[] | undefined)[]) {
  const runs = milliseconds.map(() => 0);
  return {
    runs,
    async prepare(tile: Tile): Promise<Candidate | undefined> {
      const i = allTiles.indexOf(tile);
      const times = milliseconds[i];
      if (times === undefined) return undefined;
      return {
        tile,
        dispatch: { name: "", key: "", code: () => "", grid: [1] },
        pipeline: {} as GPUComputePipeline,
        async time(count) {
          const turn = runs[i]++;
          return count * (typeof times === "number" ? times : times[Math.min(turn, times.length - 1)]);
        },
      };
    },
  };
}

async function run(...milliseconds: Parameters<typeof bench>[0]) {
  const measured = bench(milliseconds);
  const steps = fastest(measured, allTiles.slice(0, milliseconds.length));
  let spent = 0;
  for (;;) {
    const { done, value } = await steps.next();
    if (done !== true) spent += value;
    else
      return {
        index: value === undefined ? undefined : allTiles.indexOf(value.tile),
        spent,
        runs: measured.runs,
      };
  }
}

test.each([
  { what: "the fastest", times: [5, 3, 4], index: 1 },
  { what: "the first, where others save next to nothing", times: [5, 4.9, 5.2], index: 0 },
  { what: "the first, if it is alone", times: [5], index: 0 },
  { what: "no tile that can't be run", times: [5, undefined, 4], index: 2 },
  { what: "none, if the first can't be run", times: [undefined, 1], index: undefined },
  {
    what: "the one that is fastest at its best: what disturbs it does not count",
    times: [5, [9, 9, 9, 3], 8.8],
    index: 0,
  },
  { what: "… if it is not hopeless at first", times: [5, [6, 6, 3], 5], index: 1 },
  { what: "the first where the clock stands still", times: [0, 0, 0], index: 0 },
])("takes $what", async ({ times, index }) => {
  expect((await run(...times)).index).toBe(index);
});

test("says what was spent, and measures short runs several times", async () => {
  const { spent, runs } = await run(0.25);
  expect(runs).toEqual([3]);
  expect(spent).toBe(0.25 + 0.25 + 4 * 0.25);
});

test("measures no more what is hopeless", async () => {
  const { runs } = await run(2, 9, 2.1);
  expect(runs).toEqual([5, 2, 4]);
});
