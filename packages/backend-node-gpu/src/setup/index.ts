import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ContrastiveError } from "@contrastive/core";
import { locate, type NodePackage } from "../locate.js";
import { build } from "./build.js";
import { fromFolder, fromPython } from "./find-library.js";

export interface SetupOptions {
  /** The program of a Python that has TensorFlow. Default `"python3"`. */
  readonly python?: string;
  /** In the place of a Python: the folder of its package, or of libtensorflow's unpacked archive. */
  readonly library?: string;
  /** The folder whose program is to use it. Default: the current one. */
  readonly from?: string;
  /** Hears what is done. */
  readonly onProgress?: (text: string) => void;
}

/** An addon that was built, and what it said when it was tried. */
export interface Built {
  readonly name: NodePackage;
  /** Of TensorFlow, as the library says it. */
  readonly version: string;
  readonly gpu: boolean;
}

/**
 * Builds the addons of tfjs-node's packages that are installed against a TensorFlow that is there, and tries each in a process of
 * its own.
 *
 * Throws where there is no package, no TensorFlow, none of this architecture or with the headers of its C interface, no compiler, or
 * where the addon does not multiply.
 */
export function setupTensorflow({
  python = "python3",
  library,
  from = process.cwd(),
  onProgress = () => {},
}: SetupOptions = {}): readonly Built[] {
  if (process.platform !== "linux") {
    throw new ContrastiveError({
      who: "contrastive setup tensorflow",
      what: "it builds on Linux only",
      got: process.platform,
      fix: "Use backend webgpu or wasm here",
    });
  }
  const packages = locate(pathToFileURL(join(resolve(from), "index.js")).href);
  if (packages.length === 0) {
    throw new ContrastiveError({
      who: "contrastive setup tensorflow",
      what: "tfjs-node is not installed here",
      fix: "Run: npm install --ignore-scripts @tensorflow/tfjs-node-gpu",
    });
  }
  const found = library === undefined ? fromPython(python) : fromFolder(library);
  onProgress(`TensorFlow ${found.version ?? ""} in ${found.folder}`.replace("  ", " "));
  return packages.map((located) => {
    onProgress(`building the addon of ${located.name}, which takes about 20 seconds`);
    return { name: located.name, ...build(located, found, () => tried(located.folder)) };
  });
}

/** Loads a package and multiplies, in a process of its own: an addon that crashes ends only that. */
function tried(folder: string): Pick<Built, "version" | "gpu"> {
  const said = (() => {
    try {
      return execFileSync(process.execPath, ["-e", trial, folder], {
        encoding: "utf8",
        env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" },
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      const { stderr = "", signal } = error as { stderr?: string; signal?: string };
      const reason = stderr.split("\n").find((line) => /error/i.test(line)) ?? signal ?? String(error);
      throw new ContrastiveError({
        who: "contrastive setup tensorflow",
        what: `the addon was built, and does not load: ${reason.trim()}`,
        fix: "Take another TensorFlow: those for CUDA need the CUDA libraries that come with tensorflow[and-cuda]",
      });
    }
  })();
  const { product, version, gpu } = JSON.parse(said.trim().split("\n").at(-1)!) as {
    product: number[];
    version: string;
    gpu: boolean;
  };
  if (product.join() === "19,22,43,50") return { version, gpu };
  throw new ContrastiveError({
    who: "contrastive setup tensorflow",
    what: "the addon was built, loads, and multiplies wrongly",
    got: product,
    fix: "Take another TensorFlow",
  });
}

const trial = `
const util = require("util");
util.isNullOrUndefined ??= (value) => value == null;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const { binding, isUsingGpuDevice } = tf.backend();
tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).data().then((product) =>
  console.log(JSON.stringify({ product: [...product], version: binding.TF_Version, gpu: isUsingGpuDevice })));
`;
