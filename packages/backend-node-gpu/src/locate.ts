import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** tfjs-node's packages; the first is the one for CUDA. */
export const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

export type NodePackage = (typeof packages)[number];

export interface Located {
  readonly name: NodePackage;
  readonly folder: string;
  /** Of the addon that was built or downloaded; undefined if there is none. */
  readonly addon?: string;
}

/** The newest interface to Node's addons that tfjs-node 4.22 names; its installer looks in the folder of this number. */
export const NAPI = 8;

/** Where an addon belongs in a package's folder. */
export const addonOf = (folder: string) => join(folder, "lib", `napi-v${NAPI}`, "tfjs_binding.node");

/** Those of tfjs-node's packages that are installed, as a module in `from` would find them. */
export function locate(from: string): readonly Located[] {
  const require = createRequire(from);
  return packages.flatMap((name) => {
    let folder: string;
    try {
      folder = dirname(require.resolve(`${name}/package.json`));
    } catch {
      return [];
    }
    const addon = addonOf(folder);
    return { name, folder, ...(existsSync(addon) && { addon }) };
  });
}
