import { resolve } from "node:path";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ContrastiveError, type PluginLoader } from "@contrastive/core";
import { createJiti } from "jiti";
import { names } from "./names.generated.js";

/** How the command finds plugins and configs: relative to some folders, in turn. */
export interface FolderLoader extends PluginLoader {
  /** Where a package's entry lies, or undefined if it is not installed. */
  locate(packageName: string): string | undefined;
}

const jiti = createJiti(import.meta.url, { interopDefault: false });

/**
 * Finds packages from the given folders, then beside this package; local files relative to the given folders.
 *
 * Packages are imported by Node itself and files of TypeScript through jiti, which imports packages by Node too, so
 * that a program has one copy of each.
 */
export function createPluginLoader(folders: readonly string[]): FolderLoader {
  const locate = (name: string): string | undefined => {
    const bases = [...folders.map((folder) => pathToFileURL(`${resolve(folder)}/`).href), import.meta.url];
    for (const parentURL of bases) {
      const url = jiti.esmResolve(name, { parentURL, conditions: ["node", "import"], try: true });
      if (url !== undefined) return fileURLToPath(url);
    }
    return undefined;
  };
  return {
    names,
    locate,
    import: async (module) => {
      if (isPath(module)) return importFile(findFile(module, folders));
      const found = locate(module);
      if (found === undefined) throw notInstalled(module);
      return (await import(pathToFileURL(found).href)) as Readonly<Record<string, unknown>>;
    },
  };
}

/** Imports a local file: JavaScript or TypeScript. Throws an error that names a package it misses. */
export async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await jiti.import(path);
  } catch (cause) {
    const missing = /Cannot find (?:module|package) '([^']+)'/.exec(String((cause as Error)?.message))?.[1];
    if (missing !== undefined && !isPath(missing)) throw notInstalled(missing, path, cause);
    throw cause;
  }
}

/** What `npm install` takes: the name without a path into the package. */
export function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function isPath(module: string): boolean {
  return /^(\.{0,2}\/|file:|[A-Za-z]:\\)/.test(module);
}

function findFile(module: string, folders: readonly string[]): string {
  if (module.startsWith("file:")) return fileURLToPath(module);
  const candidates = folders.map((folder) => resolve(folder, module));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new ContrastiveError({
    who: `plugin file ${module}`,
    what: `there is no ${[...new Set(candidates)].join(", nor ")}`,
    fix: "A path is relative to the config's folder, or to the current one",
  });
}

function notInstalled(module: string, importer?: string, cause?: unknown): ContrastiveError {
  return new ContrastiveError({
    who: importer ?? `package ${module}`,
    what: importer === undefined ? "it is not installed" : `imports ${module}, which is not installed`,
    fix: `Run: npm install ${packageOf(module)}`,
    cause,
  });
}
