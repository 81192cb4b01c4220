import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";

/** A TensorFlow on disk, to build against. */
export interface Library {
  readonly headers: string;
  /** Folders of the libraries, and these. */
  readonly folder: string;
  readonly files: readonly string[];
  /** As its package says; undefined of an archive, which does not say it. */
  readonly version?: string;
}

const who = "contrastive setup tensorflow";
const HOW = "Run: python3 -m pip install tensorflow-cpu (or, for CUDA: tensorflow[and-cuda])";

/** That of a Python's package `tensorflow`, which is not imported. Throws where there is none. */
export function fromPython(python: string): Library {
  let said: string;
  try {
    said = execFileSync(python, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ContrastiveError({
      who,
      what: missing ? `there is no program "${python}"` : `"${python}" could not be asked for its TensorFlow`,
      fix: missing
        ? "Name one with --python, or an unpacked TensorFlow with --library DIR"
        : String((error as { stderr?: string }).stderr).trim(),
    });
  }
  const { folder, version } = JSON.parse(said) as { folder: string | null; version: string | null };
  if (folder === null) {
    throw new ContrastiveError({
      who,
      what: `"${python}" has no package tensorflow`,
      fix: `${HOW}, name another Python with --python, or an unpacked TensorFlow with --library DIR`,
    });
  }
  return fromFolder(folder, version ?? undefined);
}

/** Without an import, which takes seconds and all that TensorFlow needs. */
const script = `
import importlib.metadata, importlib.util, json
spec = importlib.util.find_spec("tensorflow")
folders = list(spec.submodule_search_locations or []) if spec else []
version = None
for name in ("tensorflow", "tensorflow-cpu", "tensorflow-intel", "tensorflow-cpu-aws"):
    try:
        version = version or importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"folder": folders[0] if folders else None, "version": version}))
`;

/** That of a folder: a package of Python's, or libtensorflow's own archive, unpacked. Throws where it is neither. */
export function fromFolder(given: string, version?: string): Library {
  const folder = resolve(given);
  for (const [inFolder, cc] of [
    [folder, "libtensorflow_cc.so"],
    [join(folder, "lib"), "libtensorflow.so"],
  ]) {
    const files = [cc, "libtensorflow_framework.so"].map((name) => newest(inFolder, name));
    if (files.some((file) => file === undefined)) continue;
    const library = { headers: join(folder, "include"), folder: inFolder, files: files as string[], version };
    check(library);
    return library;
  }
  throw new ContrastiveError({
    who,
    what: `${folder} has neither libtensorflow_cc.so.2 nor lib/libtensorflow.so.2, beside libtensorflow_framework.so.2`,
    fix: `Name the folder "tensorflow" of a Python's packages, or that of libtensorflow's unpacked archive. ${HOW}`,
  });
}

/** `name.2`, by which a program finds it, or `name`. */
function newest(folder: string, name: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter(
      (file) => file === name || (file.startsWith(`${name}.`) && /^\d+$/.test(file.slice(name.length + 1))),
    )
    .sort((a, b) => b.length - a.length)[0];
}

function check({ headers, folder, files }: Library): void {
  if (!existsSync(join(headers, "tensorflow", "c", "c_api.h"))) {
    throw new ContrastiveError({
      who,
      what: `${headers} has no tensorflow/c/c_api.h: this TensorFlow came without the headers of its C interface`,
      fix: `Take another version. ${HOW}`,
    });
  }
  const [machine, wanted] = [machineOf(join(folder, files[0])), machines[process.arch]];
  if (machine === wanted) return;
  const of = Object.keys(machines).find((name) => machines[name] === machine) ?? `machine ${machine}`;
  throw new ContrastiveError({
    who,
    what: `${join(folder, files[0])} is of another architecture than this Node`,
    got: of,
    fix: `Take one for ${process.arch}, or a Node for ${of}`,
  });
}

/** Numbers of ELF's. */
const machines: Record<string, number | undefined> = { x64: 0x3e, arm64: 0xb7 };

function machineOf(file: string): number {
  const header = Buffer.alloc(20);
  const opened = openSync(file, "r");
  try {
    readSync(opened, header, 0, header.length, 0);
  } finally {
    closeSync(opened);
  }
  return header.readUInt16LE(18);
}
