/**
 * Where a run is written. What is written lies aside until `finish` makes it the run, whole, in one step.
 *
 * Paths are relative, with `/`.
 */
export interface Storage {
  /** For messages: a folder's path, or what else a person would recognise. */
  readonly location: string;
  /** Undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Replaces the file in one step: a reader sees the old content or the new. */
  write(path: string, data: Uint8Array | string): Promise<void>;
  append(path: string, text: string): Promise<void>;
  finish(): Promise<void>;
  /** Removes what was written since the last `finish`. */
  discard(): Promise<void>;
}

/** Keeps a run in memory: for browsers, programs and tests. */
export function memoryStorage(): Storage & { readonly files: ReadonlyMap<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    location: "memory",
    files,
    read: async (path) => files.get(path),
    write: async (path, data) => void files.set(path, encode(data)),
    append: async (path, text) => {
      const before = files.get(path) ?? new Uint8Array();
      const more = encode(text);
      const joined = new Uint8Array(before.length + more.length);
      joined.set(before);
      joined.set(more, before.length);
      files.set(path, joined);
    },
    finish: async () => {},
    discard: async () => files.clear(),
  };
}

function encode(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}
