import {
  type Backend,
  type ConfigInput,
  ContrastiveError,
  firstAvailable,
  resolvePlugin,
} from "@contrastive/core";
import type { FolderLoader } from "./plugin-loader.js";

/** From fast to everywhere. */
const preference = ["node-gpu", "webgpu", "wasm"];

/** The short names of the backends that exist, in the order in which `auto` tries them. */
export function knownBackends({ names }: FolderLoader): readonly string[] {
  const known = Object.keys(names.backend ?? {});
  return [
    ...preference.filter((name) => known.includes(name)),
    ...known.filter((name) => !preference.includes(name)),
  ];
}

/** The package of a backend, by its short name. */
export function backendPackage({ names }: FolderLoader, name: string): string {
  return names.backend![name].split("#")[0];
}

/** A config whose backend `"auto"`, or none, is the first available of those that are installed. */
export async function withAutoBackend(config: ConfigInput, loader: FolderLoader): Promise<ConfigInput> {
  if (config.backend !== undefined && config.backend !== "auto") return config;
  return { ...config, backend: await autoBackend(loader) };
}

async function autoBackend(loader: FolderLoader): Promise<Backend> {
  const installed = knownBackends(loader).filter(
    (name) => loader.locate(backendPackage(loader, name)) !== undefined,
  );
  if (installed.length === 0) {
    throw new ContrastiveError({
      who: 'backend "auto"',
      what: "no backend is installed",
      fix: "Run: npm install @contrastive/backend-wasm @tensorflow/tfjs",
    });
  }
  const backends = await Promise.all(installed.map((name) => resolvePlugin("backend", name, loader)));
  // What a reference to a backend resolves to.
  return firstAvailable(backends as Backend[]);
}
