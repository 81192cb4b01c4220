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
