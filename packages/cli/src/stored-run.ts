import { dirname, resolve } from "node:path";
import { type Config, type ConfigInput, ContrastiveError, resolveConfig } from "@contrastive/core";
import { openRun, type StoredRun } from "@contrastive/train";
import { folderStorage } from "@contrastive/train/node";
import { withAutoBackend } from "./auto-backend.js";
import { checkOneEngine } from "./engines.js";
import { createPluginLoader, type FolderLoader } from "./plugin-loader.js";

/** Opens a finished run from its folder, and starts its backend. */
export async function openStoredRun(folder: string): Promise<{ run: StoredRun; loader: FolderLoader }> {
  const loader = createPluginLoader(foldersOf(folder));
  checkOneEngine(loader);
  const run = await openRun(folderStorage(resolve(folder)), loader);
  const { backend } = recorded(run);
  const { backend: started } = await resolveConfig(
    (await withAutoBackend({ backend } as ConfigInput, loader)) as ConfigInput,
    loader,
  );
  await started?.init();
  return { run, loader };
}

/** The config of a stored run, built again. Throws where its record can't rebuild a part. */
export async function rebuildConfig({ record, storage }: StoredRun, loader: FolderLoader): Promise<Config> {
  if (record.notReproducible.length > 0) {
    throw new ContrastiveError({
      who: `run ${storage.location}`,
      what: `its record can't rebuild ${record.notReproducible.join(", ")}`,
      fix: "Give its factory a source: { module, export }, and train again",
    });
  }
  return resolveConfig(recorded({ record }), loader);
}

/** Where a run's plugins may be found: from the current folder, and from where `runs/NAME` lies. */
export function foldersOf(run: string): readonly string[] {
  return [process.cwd(), dirname(dirname(resolve(run)))];
}

/** Written by describe(), which turns plugins into references. */
function recorded({ record }: Pick<StoredRun, "record">): ConfigInput {
  return record.config as unknown as ConfigInput;
}
