import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build, createServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium as executablePath } from "../../scripts/chromium.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const quiet = { root, logLevel: "error" } as const;
const address = { port: 0, host: "127.0.0.1" };
const notIsolated = {
  "Cross-Origin-Opener-Policy": "unsafe-none",
  "Cross-Origin-Embedder-Policy": "unsafe-none",
};

const lines = [
  /^backend: WebAssembly relaxed SIMD, \d+ threads?$/,
  /^epoch 0: loss \d/,
  /^epoch 1: loss \d/,
  /^epoch 2: loss \d/,
  /^embeddings: 4,32$/,
];

test("the program trains and embeds in Node", () => {
  const output = execFileSync(process.execPath, ["program.js"], {
    cwd: root,
    encoding: "utf8",
    stdio: "pipe",
  });
  expectLines(output.trim().split("\n").slice(-lines.length));
});

describe.skipIf(executablePath === undefined)(
  `the page does the same in a browser${executablePath ? "" : " (skipped: no Chromium is installed)"}`,
  () => {
    let chrome: Browser;
    beforeAll(async () => {
      chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
      await build(quiet);
    });
    afterAll(() => chrome.close());

    test("built, in all processors' threads", async () => {
      const { isolated, threads, processors } = await visitBuild();
      expect(isolated).toBe(true);
      expect(threads).toBe(Math.min(processors, 16));
    });

    test("built, in one thread if it is not isolated", async () => {
      const { isolated, threads } = await visitBuild(notIsolated);
      expect(isolated).toBe(false);
      expect(threads).toBe(1);
    });

    test("from the development server", async () => {
      const server = await (await createServer({ ...quiet, server: address })).listen();
      try {
        const { threads, processors } = await visit(server.resolvedUrls!.local[0]);
        expect(threads).toBe(Math.min(processors, 16));
      } finally {
        await server.close();
      }
    });

    /** Serves the build in a folder below the server's root, as its paths are relative. */
    async function visitBuild(headers: Record<string, string> = {}): Promise<Visit> {
      const server = await preview({ ...quiet, build: { outDir: "." }, preview: { ...address, headers } });
      try {
        return await visit(`${server.resolvedUrls!.local[0]}dist/`);
      } finally {
        await new Promise((resolve) => server.httpServer.close(resolve));
      }
    }

    async function visit(url: string): Promise<Visit> {
      const page = await chrome.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      await page.goto(url);
      await page.waitForFunction(() => document.title !== "training", undefined, { timeout: 120_000 });
      const printed = (await page.locator("#log").innerText()).trim().split("\n");
      const [isolated, processors] = await page.evaluate(
        () => [crossOriginIsolated, navigator.hardwareConcurrency] as const,
      );
      await page.close();
      expectLines(printed);
      expect(problems).toEqual([]);
      return { isolated, processors, threads: Number(/(\d+) thread/.exec(printed[0])![1]) };
    }
  },
  180_000,
);

interface Visit {
  readonly isolated: boolean;
  readonly processors: number;
  readonly threads: number;
}

function expectLines(printed: readonly string[]): void {
  expect(printed.length).toBe(lines.length);
  lines.forEach((line, i) => expect(printed[i]).toMatch(line));
}
