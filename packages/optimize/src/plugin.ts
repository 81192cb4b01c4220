import type { Plugin } from "@contrastive/core";

/** What a plugin of this package says about itself; one that holds a function can't be rebuilt, so names no source. */
export function plugin(name: string, exported: string, options: Readonly<Record<string, unknown>>): Plugin {
  const rebuildable = !Object.values(options).some((value) => typeof value === "function");
  return {
    name,
    options,
    source: rebuildable ? { module: "@contrastive/optimize", export: exported } : undefined,
  };
}
