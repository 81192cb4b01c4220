/** What differs between a browser and Node: here, a browser. `platform.node.ts` exports the same. */

/** The entry to WebGPU, or why there is none and what to do. */
export type Entry = { readonly gpu: GPU } | { readonly why: string; readonly fix: string };

export async function openGpu(): Promise<Entry> {
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (gpu !== undefined) return { gpu };
  return globalThis.isSecureContext === false
    ? { why: "this page is not a secure context", fix: "Serve it over HTTPS, or from localhost" }
    : {
        why: "this browser has no WebGPU",
        fix: "Use a current Chrome, Edge, Firefox or Safari, or another backend",
      };
}

/** A text that outlives the program, and may be lost. */
export interface Cache {
  /** For warnings. */
  readonly place: string;
  /** Undefined where there is none yet. Throws where it can't be read. */
  read(): string | undefined;
  /** All of it or nothing. Throws where it can't be written. */
  write(text: string): void;
}

/** In the browser's storage for the page's origin. */
export function openCache(name: string): Cache {
  const key = `contrastive/${name}`;
  return {
    place: "localStorage",
    read: () => storage()?.getItem(key) ?? undefined,
    write: (text) => storage()?.setItem(key, text),
  };
}

/** Workers have none, and pages that may not keep anything throw. */
function storage(): Storage | undefined {
  return (globalThis as { localStorage?: Storage }).localStorage;
}
