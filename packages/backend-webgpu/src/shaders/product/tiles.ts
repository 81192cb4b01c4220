import { cutBy, type FactorSizes, keyOf, type Problem, problem, type WorkgroupLimits } from "./problem.js";
import type { ProductPlan } from "./product.js";
import { type Tile, tileKey } from "./tiling.js";

/** Chooses tiles of products. Whatever it chooses, the bits are the same. */
export interface Tiles {
  /** Another number whenever `cut` would now cut a product otherwise than before. */
  readonly version: number;
  /** The plan by the best tile that is known, or as it is. */
  cut(plan: ProductPlan, sizes: FactorSizes): ProductPlan;
}

/** As the rule has it. */
export const byRule: Tiles = { version: 0, cut: (plan) => plan };

/** Tiles by a table that grows. */
export interface TunedTiles extends Tiles {
  /** Of the products that were asked for, one whose tile is not known, with the tiles that are worth a try. */
  next(): Problem | undefined;
  /** Settles a problem. */
  choose(problem: Problem, tile: Tile): void;
}

/** Starts with the tiles that `known` has by the problems' keys. */
export function tunedTiles(limits: WorkgroupLimits, known: ReadonlyMap<string, string>): TunedTiles {
  const chosen = new Map<string, Tile>();
  const open = new Map<string, Problem>();
  let version = 0;
  return {
    get version() {
      return version;
    },
    cut(plan, sizes) {
      const { choice } = plan;
      if (choice === undefined) return plan;
      const key = keyOf(choice);
      let tile = chosen.get(key);
      if (tile === undefined) {
        if (open.has(key)) return plan;
        const found = problem(choice, sizes, limits);
        const knownKey = known.get(key);
        // One of another device's, or of other code's, is no candidate.
        tile = found.candidates.find(
          (candidate, _, { length }) => length === 1 || tileKey(candidate) === knownKey,
        );
        if (tile === undefined) {
          open.set(key, found);
          return plan;
        }
        chosen.set(key, tile);
      }
      return tile === choice.tiling.tile ? plan : cutBy(tile, choice);
    },
    next: () => open.values().next().value,
    choose({ key, tiling }, tile) {
      open.delete(key);
      chosen.set(key, tile);
      if (tile !== tiling.tile) version++;
    },
  };
}
