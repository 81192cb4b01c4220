// Writes src/names.generated.ts: every plugin that this repository's packages export, by role and short name.
// Run it after a build, with "npm run names".
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "../..");
const table = {};

for (const folder of readdirSync(packages).sort()) {
  const { name } = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8"));
  if (folder === "cli" || folder === "testing") continue;
  const exports = await import(pathToFileURL(join(packages, folder, "dist/index.js")).href);
  for (const [kind, factories] of Object.entries(exports.plugins ?? {})) {
    for (const [short, factory] of Object.entries(factories)) {
      const key = Object.keys(exports).find((key) => exports[key] === factory);
      if (key === undefined) throw new Error(`${name}: plugins.${kind}["${short}"] is not exported by name`);
      const taken = table[kind]?.[short];
      if (taken !== undefined) throw new Error(`${kind} "${short}" is both ${taken} and ${name}#${key}`);
      (table[kind] ??= {})[short] = `${name}#${key}`;
    }
  }
}

const sorted = (entries) => Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
const names = sorted(Object.fromEntries(Object.entries(table).map(([kind, of]) => [kind, sorted(of)])));
writeFileSync(
  join(here, "../src/names.generated.ts"),
  `// Written by scripts/write-names.mjs: "npm run names".\nimport type { PluginLoader } from "@contrastive/core";\n\nexport const names = ${JSON.stringify(names, null, 2)} satisfies PluginLoader["names"];\n`,
);
