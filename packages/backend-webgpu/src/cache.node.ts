import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Cache } from "./platform.js";

/** A file in the user's folder for caches. */
export function openCache(name: string): Cache {
  const file = join(cacheFolder(), "contrastive", name);
  return {
    place: file,
    read() {
      try {
        return readFileSync(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write(text) {
      const aside = `${file}.${process.pid}`;
      mkdirSync(dirname(file), { recursive: true });
      try {
        writeFileSync(aside, text);
        renameSync(aside, file);
      } catch (error) {
        rmSync(aside, { force: true });
        throw error;
      }
    },
  };
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA) return LOCALAPPDATA;
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    win32: "AppData/Local",
    darwin: "Library/Caches",
  };
  return join(home(), folders[process.platform] ?? ".cache");
}

function home(): string {
  try {
    return homedir();
  } catch {
    // A container's user may have none.
    return tmpdir();
  }
}
