import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

const lines = [/^epoch 0: loss \d/, /^epoch 1: loss \d/, /^epoch 2: loss \d/, /^embeddings: 4,32$/];

test("the program trains and embeds in Node", () => {
  const output = execFileSync(process.execPath, ["program.js"], {
    cwd: here,
    encoding: "utf8",
    stdio: "pipe",
  });
  const printed = output.trim().split("\n").slice(-lines.length);
  lines.forEach((line, i) => expect(printed[i]).toMatch(line));
});

test.skipIf(browser === undefined)(
  `the page, built by Vite, does the same in a browser${browser ? "" : " (skipped: no Chromium is installed)"}`,
  async () => {
    await build({ root: here, logLevel: "error" });
    const server = await preview({ root: here, preview: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
    const chrome = await chromium.launch({ executablePath: browser!, args: ["--no-sandbox"] });
    try {
      const page = await chrome.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      await page.goto(server.resolvedUrls!.local[0]);
      await page.waitForFunction(() => document.title !== "training", undefined, { timeout: 120_000 });
      const printed = (await page.locator("#log").innerText()).trim().split("\n");
      lines.forEach((line, i) => expect(printed[i]).toMatch(line));
      expect(problems).toEqual([]);
    } finally {
      await chrome.close();
      await new Promise((resolve) => server.httpServer.close(resolve));
    }
  },
  180_000,
);
