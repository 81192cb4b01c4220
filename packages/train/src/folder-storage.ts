import { appendFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import type { Storage } from "./storage.js";

/**
 * A run in a folder. Until the run is finished its files lie in `FOLDER.partial`, which is renamed in one step.
 *
 * Throws if the disk is full or the folder can't be written, with the path and the cause.
 */
export function folderStorage(folder: string): Storage {
  const partial = `${folder}.partial`;
  // Once finished, files go to the folder itself; each is still replaced in one step.
  let current: string | undefined;
  const place = async (): Promise<string> => (current ??= (await exists(folder)) ? folder : partial);

  return {
    location: folder,
    read: async (path) => {
      try {
        return await readFile(join(await place(), path));
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw failed(`can't read ${path}`, folder, cause);
      }
    },
    write: async (path, data) => {
      const target = join(await place(), path);
      try {
        await mkdir(dirname(target), { recursive: true });
        const aside = `${target}.${process.pid}.tmp`;
        try {
          const file = await open(aside, "w");
          try {
            await file.writeFile(data);
            await file.sync();
          } finally {
            await file.close();
          }
          await rename(aside, target);
        } catch (cause) {
          await rm(aside, { force: true });
          throw cause;
        }
      } catch (cause) {
        throw failed(`can't write ${path}`, folder, cause);
      }
    },
    append: async (path, text) => {
      const target = join(await place(), path);
      try {
        await mkdir(dirname(target), { recursive: true });
        await appendFile(target, text);
      } catch (cause) {
        throw failed(`can't write ${path}`, folder, cause);
      }
    },
    finish: async () => {
      if ((await place()) === folder) return;
      try {
        await rename(partial, folder);
      } catch (cause) {
        throw failed(`can't rename ${partial}`, folder, cause);
      }
      current = folder;
    },
    discard: async () => {
      await rm(partial, { recursive: true, force: true });
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isMissing(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

function failed(what: string, folder: string, cause: unknown): ContrastiveError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const fix =
    code === "ENOSPC"
      ? "The disk is full: free some space and run again with resume"
      : "Check the path and its permissions, or choose another folder";
  return new ContrastiveError({ who: `run folder ${folder}`, what: `${what} (${message})`, fix, cause });
}
