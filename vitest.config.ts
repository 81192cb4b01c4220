import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { chromium, isolation } from "./scripts/chromium.js";

// Tests run against the sources: no build stands between an edit and its test.
const source = ["@contrastive/source", "module", "development|production"];
const node = [...source, "node"];

const inBrowsers = "packages/*/{src,test}/**/*.browser.test.ts";
const exclude = ["**/node_modules/**", "**/dist/**", ...(process.env.LONG ? [] : ["**/*.long.test.ts"])];
const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    reporters: ["default", "./scripts/closing-line.ts"],
    projects: [
      {
        resolve: { conditions: node },
        ssr: { resolve: { conditions: node } },
        test: {
          name: "node",
          include: ["packages/*/{src,test}/**/*.test.ts", "examples/*/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: [...exclude, inBrowsers],
          ...timeouts,
          pool: "forks",
        },
      },
      // Where none is installed, `scripts/chromium.test.ts` says so.
      ...(chromium === undefined
        ? []
        : [
            inChromium(chromium, "Chromium, isolated", isolation),
            inChromium(chromium, "Chromium, not isolated", {}),
          ]),
    ],
  },
});

/** Runs tests in a page: threads share memory if it is isolated across origins, which the headers say. */
function inChromium(
  executablePath: string,
  name: string,
  headers: Record<string, string>,
): TestProjectConfiguration {
  return {
    resolve: { conditions: [...source, "browser"] },
    server: { headers },
    test: {
      name,
      include: [inBrowsers],
      exclude,
      ...timeouts,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath, args: ["--no-sandbox"] } }),
        instances: [{ browser: "chromium" }],
      },
    },
  };
}
