import * as z from "zod";
import { type Cache, openCache } from "#platform";

/** Tiles that were chosen on an adapter, in this program or before. */
export interface KnownTiles {
  /** By the problems' keys. */
  readonly tiles: ReadonlyMap<string, string>;
  /** Keeps one for the programs to come, where that is possible. */
  keep(problem: string, tile: string): void;
}

/** By adapter: the version of this package that chose, and the tiles that it did, by the problems' keys. */
const schema = z.record(
  z.string(),
  z.object({ version: z.string(), tiles: z.record(z.string(), z.string()) }),
);

/** What a cache has for an adapter. One that is damaged, or that can't be written, is done without, and said once. */
export function knownTiles(
  { vendor, architecture, device, description }: GPUAdapterInfo,
  version: string,
  cache: Cache = openCache("webgpu-tiles.json"),
): KnownTiles {
  const adapter = [vendor, architecture, device, description].join(" | ");
  let warned = false;
  const warn = (what: string, error: unknown) => {
    if (!warned) console.warn(`backend "webgpu": tiles that were tuned ${what}. ${String(error)}`);
    warned = true;
  };
  const read = () => {
    try {
      const text = cache.read();
      return text === undefined ? {} : schema.parse(JSON.parse(text));
    } catch (error) {
      warn(`can't be read from ${cache.place}, and are found anew`, error);
      return {};
    }
  };
  const tilesIn = (all: z.output<typeof schema>) =>
    all[adapter]?.version === version ? all[adapter].tiles : {};
  return {
    tiles: new Map(Object.entries(tilesIn(read()))),
    keep(problem, tile) {
      // Another program may have written meanwhile.
      const all = read();
      const tiles = { ...tilesIn(all), [problem]: tile };
      try {
        cache.write(`${JSON.stringify({ ...all, [adapter]: { version, tiles } }, null, 1)}\n`);
      } catch (error) {
        warn(`can't be kept in ${cache.place}`, error);
      }
    },
  };
}
