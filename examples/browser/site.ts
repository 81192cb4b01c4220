import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build, preview } from "vite";
import { chromium as executablePath, swiftShader } from "../../scripts/chromium.js";

export const root = fileURLToPath(new URL(".", import.meta.url));
const quiet = { root, logLevel: "error" } as const;

export const buildSite = () => build(quiet);

/** Serves the build, in a folder below the server's root. Isolated across origins, unless `headers` say otherwise. */
export async function serve(
  headers: Record<string, string> = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = await preview({
    ...quiet,
    build: { outDir: "." },
    preview: { port: 0, host: "127.0.0.1", headers },
  });
  return {
    url: `${server.resolvedUrls!.local[0]}dist/`,
    close: () => new Promise((resolve) => void server.httpServer.close(() => resolve())),
  };
}

/** Chromium, with WebGPU on SwiftShader if asked for. */
export function launch({ gpu }: { readonly gpu: boolean }): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", ...(gpu ? swiftShader : ["--disable-gpu"])],
  });
}
