import type { Backend } from "@contrastive/core";

export function unavailable(): Backend {
  return {
    name: "quantum",
    options: {},
    source: { module: "./backend.ts", export: "unavailable" },
    isAvailable: () => ({ ok: false, why: "there is no quantum computer", fix: "Use wasm()" }),
    init: () => Promise.reject(new Error("init must not be called")),
  };
}
