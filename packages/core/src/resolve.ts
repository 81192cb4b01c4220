import type { Config, ConfigInput } from "./config.js";
import { isPlugin } from "./describe.js";
import { ContrastiveError, show } from "./errors.js";
import { nearest } from "./options.js";
import type { Plugin, PluginKind, PluginReference, PluginTable } from "./plugin.js";

/** How references find their factories. */
export interface PluginLoader {
  /** Short names by role: `{ loss: { supcon: "@contrastive/loss-supcon#supCon" } }`. */
  readonly names: { readonly [Kind in PluginKind]?: Readonly<Record<string, string>> };
  /** Imports a package by name or a file by path; throws an error that says how to install what is missing. */
  import(module: string): Promise<Readonly<Record<string, unknown>>>;
}

type Factory = (options?: Readonly<Record<string, unknown>>) => unknown;

const slots = {
  backend: "backend",
  data: "dataset",
  views: "augmentation",
  mix: "mix",
  encoder: "encoder",
  head: "head",
  loss: "loss",
  optimizer: "optimizer",
  sampler: "sampler",
  monitors: "monitor",
} as const satisfies { [K in keyof Config]?: PluginKind };

/** Turns every reference in a config into the plugin that it names. */
export async function resolveConfig(config: ConfigInput, loader: PluginLoader): Promise<Config> {
  const resolved: Record<string, unknown> = { ...config };
  for (const [slot, kind] of Object.entries(slots)) {
    const value = resolved[slot];
    if (value === undefined) continue;
    resolved[slot] = Array.isArray(value)
      ? await Promise.all(value.map((entry) => resolvePlugin(kind, entry, loader)))
      : await resolvePlugin(kind, value as string, loader);
  }
  if (config.momentumEncoder !== undefined) {
    resolved.momentumEncoder = await resolveNested("schedule", config.momentumEncoder, loader);
  }
  return resolved as unknown as Config;
}

/** The role that a top-level part of a config plays, if it is a plugin. */
export function slotKind(slot: string): PluginKind | undefined {
  return (slots as Record<string, PluginKind>)[slot];
}

/**
 * The plugin that a reference names: by short name, by package (`package#export`), or by file (`./file.ts#export`).
 *
 * A plugin object passes through. Options that are references are resolved first.
 */
export async function resolvePlugin(
  kind: PluginKind,
  reference: Plugin | PluginReference | string,
  loader: PluginLoader,
): Promise<Plugin> {
  if (isPlugin(reference)) return reference;
  const { use, ...options } = typeof reference === "string" ? { use: reference } : reference;
  const factory = await findFactory(kind, use, loader);
  const plugin = factory((await resolveNested(kind, options, loader)) as Record<string, unknown>);
  if (!isPlugin(plugin)) {
    throw new ContrastiveError({
      who: `${kind} "${use}"`,
      what: "its factory must return an object with a name and options",
      got: plugin,
    });
  }
  return plugin;
}

async function resolveNested(kind: PluginKind, value: unknown, loader: PluginLoader): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((entry) => resolveNested(kind, entry, loader)));
  if (value === null || typeof value !== "object" || isPlugin(value)) return value;
  if (typeof (value as PluginReference).use === "string") {
    return resolvePlugin(
      nestedKind(kind, (value as PluginReference).use, loader),
      value as PluginReference,
      loader,
    );
  }
  const entries = Object.entries(value).map(
    async ([key, entry]) => [key, await resolveNested(kind, entry, loader)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** A nested short name is looked for in its parent's role first (compose), then in the others (a schedule). */
function nestedKind(parent: PluginKind, use: string, loader: PluginLoader): PluginKind {
  if (loader.names[parent]?.[use] !== undefined) return parent;
  const kinds = Object.keys(loader.names) as PluginKind[];
  return kinds.find((kind) => loader.names[kind]?.[use] !== undefined) ?? parent;
}

async function findFactory(kind: PluginKind, use: string, loader: PluginLoader): Promise<Factory> {
  const known = loader.names[kind] ?? {};
  const target = known[use] ?? use;
  const [module, name] = target.split("#", 2);
  if (known[use] === undefined && !/[#@/.]/.test(use)) {
    const near = nearest(use, Object.keys(known));
    throw new ContrastiveError({
      who: `${kind} "${use}"`,
      what: "there is none of this name",
      fix:
        `${near === undefined ? "" : `Did you mean "${near}"? `}Known: ${Object.keys(known).join(", ") || "none"}; ` +
        `others go by package ("package#export") or file ("./file.ts#export")`,
    });
  }
  const exports = await loader.import(module);
  const factory = name === undefined ? onlyFactory(kind, exports) : exports[name];
  if (typeof factory !== "function") {
    throw new ContrastiveError({
      who: `${kind} "${use}"`,
      what:
        name === undefined
          ? `${module} has not exactly one ${kind}`
          : `${module} exports no function "${name}"`,
      fix: `It exports ${show(Object.keys(exports))}; name one as "${module}#export"`,
    });
  }
  return factory as Factory;
}

/** What `use: "package"` means: its default export, or its only plugin of the kind. */
function onlyFactory(kind: PluginKind, exports: Readonly<Record<string, unknown>>): unknown {
  const table = Object.values((exports.plugins as PluginTable | undefined)?.[kind] ?? {});
  return table.length === 1 ? table[0] : exports.default;
}
