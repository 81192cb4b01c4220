import { realpathSync } from "node:fs";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import { createPluginLoader, type FolderLoader } from "./plugin-loader.js";

/** A copy of tfjs-core on disk, and who uses it. */
export interface Engine {
  readonly path: string;
  readonly version: string;
  readonly users: readonly string[];
}

/** The copies of tfjs-core that the installed packages would import. One is right. */
export function findEngines(loader: FolderLoader): readonly Engine[] {
  const packages = Object.values(loader.names).flatMap((names) =>
    Object.values(names).map((name) => name.split("#")[0]),
  );
  const users = ["@contrastive/train", "@tensorflow/tfjs", ...new Set(packages)];
  const byPath = new Map<string, string[]>();
  for (const user of users) {
    const entry = loader.locate(user);
    if (entry === undefined) continue;
    const found = createPluginLoader([dirname(realpathSync(entry))]).locate("@tensorflow/tfjs-core");
    if (found === undefined) continue;
    const folder = packageFolder(realpathSync(found));
    byPath.set(folder, [...(byPath.get(folder) ?? []), user]);
  }
  return [...byPath].map(([path, by]) => ({ path, version: versionOf(path), users: by }));
}

/** Throws where packages bring copies of tfjs of their own: kernels would be registered with one, and run by another. */
export function checkOneEngine(loader: FolderLoader): void {
  const engines = findEngines(loader);
  if (engines.length <= 1) return;
  const copies = engines.map(
    ({ path, version, users }) => `${version} in ${path}, used by ${users.join(", ")}`,
  );
  throw new ContrastiveError({
    who: "tfjs",
    what: `there must be one copy of @tensorflow/tfjs-core, but there are ${engines.length}: ${copies.join("; ")}`,
    fix: "Run: npm dedupe, or npm install @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-core@4.22.0",
  });
}

function packageFolder(file: string): string {
  const end = file.lastIndexOf(join("tfjs-core", "/"));
  return file.slice(0, end + "tfjs-core".length);
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}
