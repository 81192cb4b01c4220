import type { Runner } from "../runner/runner.js";
import { type Problem, trialOf } from "../shaders/product/problem.js";
import { tileKey } from "../shaders/product/tiling.js";
import type { TunedTiles } from "../shaders/product/tiles.js";
import { type Bench, createBench } from "./bench.js";
import { fastest, type Fastest } from "./fastest.js";
import { createStopwatch, type Stopwatch } from "./stopwatch.js";

/** Looks for faster tiles, a few milliseconds at a time. */
export interface Tuner {
  /** Goes on for a few milliseconds of the GPU's time, if there is something to measure, and does not wait for it. */
  goOn(): void;
  /** When what `goOn` began is done. */
  idle(): Promise<void>;
}

export interface TunerOptions {
  readonly runner: Pick<Runner, "device" | "adopt">;
  readonly tiles: TunedTiles;
  /** Hears of the tiles that were chosen, by the problems' keys. */
  readonly onChoice: (problem: string, tile: string) => void;
  readonly stopwatch?: Stopwatch;
}

/** Of the GPU's time, each time: measuring ends with the first measurement that goes beyond. */
const MILLISECONDS = 3;
/** Values of the buffers that a problem is measured on: more than caches hold, and 128 MiB. */
const MOST_VALUES = 2 ** 25;

export function createTuner({
  runner,
  tiles,
  onChoice,
  stopwatch = createStopwatch(runner.device),
}: TunerOptions): Tuner {
  const { device } = runner;
  let begun: Begun | undefined;
  let going: Promise<void> | undefined;
  let failed = false;

  async function go(): Promise<void> {
    for (let spent = 0; spent < MILLISECONDS;) {
      const problem = begun?.problem ?? tiles.next();
      if (problem === undefined) return;
      begun ??= await begin(device, stopwatch, problem);
      const { done, value } = begun === undefined ? nothing : await begun.steps.next();
      if (done !== true) {
        spent += value;
        continue;
      }
      begun?.bench.destroy();
      begun = undefined;
      // What can't be measured stays as the rule has it, for this time.
      tiles.choose(problem, value?.tile ?? problem.tiling.tile);
      if (value === undefined) continue;
      runner.adopt(value.dispatch, value.pipeline);
      onChoice(problem.key, tileKey(value.tile));
    }
  }

  return {
    goOn() {
      if (failed || going !== undefined) return;
      going = go()
        .catch(() => {
          // Such as a device that is lost, of which the program hears elsewhere. It goes on with the tiles that it has.
          failed = true;
          begun?.bench.destroy();
        })
        .finally(() => (going = undefined));
    },
    idle: async () => going,
  };
}

/** A problem that is being measured. */
interface Begun {
  readonly problem: Problem;
  readonly bench: Bench;
  readonly steps: AsyncGenerator<number, Fastest | undefined>;
}

const nothing = { done: true, value: undefined } as const;

async function begin(device: GPUDevice, stopwatch: Stopwatch, problem: Problem): Promise<Begun | undefined> {
  const trial = trialOf(problem, MOST_VALUES);
  const bench = trial && (await createBench(device, stopwatch, trial));
  return bench && { problem, bench, steps: fastest(bench, problem.candidates) };
}
