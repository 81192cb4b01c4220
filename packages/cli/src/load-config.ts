import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type ConfigInput, ContrastiveError, defineConfig, isPlugin } from "@contrastive/core";
import { importFile } from "./plugin-loader.js";

const names = ["ts", "js", "mjs", "json"].map((extension) => `contrastive.config.${extension}`);

/** The config file that was named, or the one in the current folder. Throws if there is none. */
export function findConfig(given: string | undefined): string {
  if (given !== undefined) {
    if (existsSync(given)) return resolve(given);
    throw new ContrastiveError({ who: "config", what: `there is no file ${resolve(given)}` });
  }
  const found = names.find((name) => existsSync(name));
  if (found !== undefined) return resolve(found);
  throw new ContrastiveError({
    who: "config",
    what: `there is no contrastive.config.ts (nor .js, .mjs, .json) in ${process.cwd()}`,
    fix: 'Write one with "contrastive init", or name one with --config FILE',
  });
}

/** Reads a config from TypeScript, JavaScript (its default export) or JSON, and checks it. */
export async function loadConfig(path: string): Promise<ConfigInput> {
  const config = path.endsWith(".json") ? await readJson(path) : (await importConfig(path)).default;
  if (typeof config !== "object" || config === null || isPlugin(config)) {
    throw new ContrastiveError({
      who: `config ${path}`,
      what: path.endsWith(".json")
        ? "must hold an object"
        : "must export a config as default: export default defineConfig({ … })",
      got: config,
    });
  }
  return defineConfig(config as ConfigInput);
}

async function importConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importFile(path);
  } catch (cause) {
    if ((cause as Error)?.name === "ContrastiveError") throw cause;
    throw new ContrastiveError({
      who: `config ${path}`,
      what: `could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ContrastiveError({
      who: `config ${path}`,
      what: `is not JSON: ${(cause as Error).message}`,
      cause,
    });
  }
}
