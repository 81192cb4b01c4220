import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import { addonOf, type Located, NAPI } from "../locate.js";
import type { Library } from "./find-library.js";

const who = "contrastive setup tensorflow";

/**
 * Compiles the addon of one of tfjs-node's packages against a TensorFlow, puts it where the package looks, and keeps it if `works`
 * does not throw; else the one that was there before is back.
 */
export function build<T>({ name, folder }: Located, library: Library, works: () => T): T {
  const compiler = process.env.CXX ?? "g++";
  const addon = addonOf(folder);
  mkdirSync(dirname(addon), { recursive: true });
  const made = `${addon}.${process.pid}`;
  const before = `${addon}.before`;
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(folder, "binding", file));
  const includes = [join(folder, "binding"), library.headers, nodeHeaders()];
  const flags = ["-std=c++17", "-O2", "-fPIC", "-shared", `-DNAPI_VERSION=${NAPI}`];
  const link = ["-L", library.folder, `-Wl,-rpath,${library.folder}`];
  const args = [
    ...flags,
    ...includes.flatMap((path) => ["-isystem", path]),
    ...sources,
    "-o",
    made,
    ...link,
    ...library.files.map((file) => `-l:${file}`),
  ];
  compile(compiler, args, name, library);
  if (existsSync(addon)) renameSync(addon, before);
  renameSync(made, addon);
  try {
    const result = works();
    rmSync(before, { force: true });
    return result;
  } catch (error) {
    rmSync(addon);
    if (existsSync(before)) renameSync(before, addon);
    throw error;
  }
}

function compile(compiler: string, args: readonly string[], name: string, { folder }: Library): void {
  try {
    execFileSync(compiler, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new ContrastiveError({
        who,
        what: `there is no C++ compiler "${compiler}"`,
        fix: "Run: apt-get install g++ (Debian, Ubuntu) or dnf install gcc-c++ (Fedora), or name one in the variable CXX",
      });
    }
    const said = String((error as { stderr?: string }).stderr ?? error);
    const first = said.split("\n").find((line) => /error|undefined/.test(line)) ?? said.trim();
    throw new ContrastiveError({
      who,
      what: `the addon of ${name} does not compile against ${folder}: ${first.trim()}`,
      fix: "Take TensorFlow 2.21, with which it was tried, and a compiler that knows C++17",
    });
  }
}

/** The folder of `node_api.h`: beside Node, or where node-gyp keeps it. */
function nodeHeaders(): string {
  const cache = join(homedir(), ".cache", "node-gyp", process.versions.node, "include", "node");
  const folders = [join(dirname(process.execPath), "..", "include", "node"), "/usr/include/node", cache];
  const found = folders.find((folder) => existsSync(join(folder, "node_api.h")));
  if (found !== undefined) return found;
  throw new ContrastiveError({
    who,
    what: `there is no node_api.h in ${folders.join(", ")}`,
    fix: "Run: npx --yes node-gyp install, or: apt-get install libnode-dev",
  });
}
