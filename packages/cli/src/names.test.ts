import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PluginTable } from "@contrastive/core";
import { expect, test } from "vitest";
import { names } from "./names.generated.js";
import { version } from "./version.js";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const manifest = (folder: string) =>
  JSON.parse(readFileSync(`${packages}${folder}/package.json`, "utf8")) as {
    name: string;
    version: string;
    peerDependencies?: Record<string, string>;
  };

// What "npm run names" writes, from the sources.
test("every plugin of every package has its short name, and there are no others", async () => {
  const found: Record<string, Record<string, string>> = {};
  for (const folder of readdirSync(packages)) {
    if (folder === "cli" || folder === "testing") continue;
    const exports = (await import(`${packages}${folder}/src/index.ts`)) as Record<string, unknown>;
    for (const [kind, factories] of Object.entries((exports.plugins ?? {}) as PluginTable)) {
      for (const [short, factory] of Object.entries(factories)) {
        const key = Object.keys(exports).find((name) => exports[name] === factory);
        (found[kind] ??= {})[short] = `${manifest(folder).name}#${key}`;
      }
    }
  }
  expect(names, 'run "npm run names"').toEqual(found);
});

test("the version is the package's", () => {
  expect(version).toBe(manifest("cli").version);
});
