import type { Plugin } from "@contrastive/core";

/** What an augmentation of this package says about itself. */
export function plugin(
  name: string,
  exported: string,
  options: Readonly<Record<string, unknown>>,
): Required<Plugin> {
  return { name, options, source: { module: "@contrastive/augment", export: exported } };
}
