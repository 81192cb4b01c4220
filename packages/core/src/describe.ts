import type { Plugin } from "./plugin.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function isPlugin(value: unknown): value is Plugin {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Plugin).name === "string" &&
    typeof (value as Plugin).options === "object" &&
    (value as Plugin).options !== null
  );
}

/**
 * A config or plugin as JSON: every plugin becomes `{ "use": "package#export", ...options }`, nested likewise.
 *
 * What can't be rebuilt from JSON (a function, a plugin without a source) becomes `{ "notReproducible": … }`.
 */
export function describe(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(describe);
  if (isPlugin(value)) {
    const options = describe({ ...value.options }) as { readonly [key: string]: Json };
    return value.source === undefined
      ? { notReproducible: value.name, options }
      : { use: `${value.source.module}#${value.source.export}`, ...options };
  }
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([key, entry]) => [key, describe(entry)]),
    );
  }
  const name = typeof value === "function" && value.name !== "" ? ` ${value.name}` : "";
  return { notReproducible: `${typeof value}${name}` };
}

/** The paths in a described config whose value can't be rebuilt. */
export function notReproducible(described: Json, path = ""): readonly string[] {
  if (described === null || typeof described !== "object") return [];
  if (!Array.isArray(described) && "notReproducible" in described) return [path];
  return Object.entries(described).flatMap(([key, value]) =>
    notReproducible(value, path === "" ? key : `${path}.${key}`),
  );
}
