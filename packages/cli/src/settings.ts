import {
  type ConfigInput,
  ContrastiveError,
  describe,
  isPlugin,
  nearest,
  notReproducible,
  type PluginLoader,
  resolvePlugin,
  slotKind,
} from "@contrastive/core";

/** One `--set path=value`. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

type Data = Record<string, unknown> | unknown[];

/** `optimizer.learningRate.peak=0.1`; the value is JSON where it can be, and text otherwise. */
export function parseSetting(text: string): Setting {
  const at = text.indexOf("=");
  const path = text.slice(0, Math.max(at, 0)).split(".");
  if (at < 1 || path.includes("")) {
    throw new ContrastiveError({
      who: "--set",
      what: "must be path=value, such as loss.temperature=0.2",
      got: text,
    });
  }
  return { path, value: parseValue(text.slice(at + 1)) };
}

/**
 * The config with some of its values replaced.
 *
 * A setting inside a plugin turns it into the reference that it describes itself as, to be built again. Throws if a
 * path leads nowhere, or a plugin can't be built again.
 */
export async function applySettings(
  config: ConfigInput,
  settings: readonly Setting[],
  loader: PluginLoader,
): Promise<ConfigInput> {
  const changed: Record<string, unknown> = { ...config };
  for (const setting of settings) {
    const [slot, ...rest] = setting.path;
    changed[slot] = rest.length === 0 ? setting.value : await change(changed, slot, rest, setting, loader);
  }
  return changed as ConfigInput;
}

async function change(
  config: Readonly<Record<string, unknown>>,
  slot: string,
  rest: readonly string[],
  setting: Setting,
  loader: PluginLoader,
): Promise<unknown> {
  const value = config[slot];
  if (value === undefined) throw leadsNowhere(setting, slot, Object.keys(config));
  const written = toData(value);
  // A reference need not mention an option that a setting goes into; the plugin that it names does.
  const complete = leads(written, rest) ? written : toData(await resolveSlot(slot, value, loader));
  const [unbuildable] = notReproducible(describe(complete));
  if (unbuildable !== undefined) {
    throw new ContrastiveError({
      who: `--set ${setting.path.join(".")}`,
      what: `${[slot, unbuildable].filter(Boolean).join(".")} can't be built again with another option`,
      fix: "Change it in the config, or give its factory a source: { module, export }",
    });
  }
  return replaceIn(complete, rest, setting, slot);
}

/** A value as plain data that can be changed: plugins as references, names as references without options. */
function toData(value: unknown): unknown {
  if (typeof value === "string") return { use: value };
  return structuredClone(describe(value));
}

async function resolveSlot(slot: string, value: unknown, loader: PluginLoader): Promise<unknown> {
  const kind = slotKind(slot);
  if (kind === undefined) return value;
  const one = (entry: unknown) => (isReference(entry) ? resolvePlugin(kind, entry, loader) : entry);
  return Array.isArray(value) ? Promise.all(value.map(one)) : one(value);
}

function isReference(value: unknown): value is string | { use: string } {
  return typeof value === "string" || (typeof value === "object" && value !== null && !isPlugin(value));
}

/** Whether all but the last part of a path exist. */
function leads(data: unknown, path: readonly string[]): boolean {
  if (path.length === 1) return isData(data);
  return isData(data) && leads((data as Record<string, unknown>)[path[0]], path.slice(1));
}

function replaceIn(data: unknown, path: readonly string[], setting: Setting, where: string): unknown {
  const [key, ...rest] = path;
  if (!isData(data) || (Array.isArray(data) && !(key in data))) {
    throw leadsNowhere(setting, `${where}.${key}`, isData(data) ? Object.keys(data) : []);
  }
  const entries = data as Record<string, unknown>;
  if (rest.length === 0) entries[key] = setting.value;
  else if (key in entries) entries[key] = replaceIn(entries[key], rest, setting, `${where}.${key}`);
  else throw leadsNowhere(setting, `${where}.${key}`, Object.keys(entries));
  return data;
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null;
}

function leadsNowhere({ path }: Setting, where: string, keys: readonly string[]): ContrastiveError {
  const known = keys.filter((key) => key !== "use");
  const word = where.split(".").at(-1)!;
  const near = /^\d+$/.test(word) ? undefined : nearest(word, known);
  return new ContrastiveError({
    who: `--set ${path.join(".")}`,
    what: `there is no ${where}`,
    fix: `${near === undefined ? "" : `Did you mean "${near}"? `}There ${known.length === 0 ? "is nothing to set in it" : `is ${known.join(", ")}`}`,
  });
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
