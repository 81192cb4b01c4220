import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { chromium, isolation, swiftShader } from "./scripts/chromium.js";

// Tests run against the sources: no build stands between an edit and its test.
const source = ["@contrastive/source", "module", "development|production"];
const node = [...source, "node"];

const inBrowsers = "packages/*/{src,test}/**/*.browser.test.ts";
// The same files as in Node. SwiftShader is slow: those that take it longest run in Node alone.
const inWebgpu = "packages/backend-webgpu/{src,test}/**/*.test.ts";
const slowInWebgpu = [
  "packages/backend-webgpu/src/reference-values.test.ts",
  "packages/backend-webgpu/src/kernels/{batch-norm,contrastive-loss,conv2d,half-activations,optimizer-updates}.test.ts",
  "packages/backend-webgpu/src/shaders/*/*.test.ts",
  "packages/backend-webgpu/test/{mix,mixed,step}.test.ts",
];
/** What keeps something in a file. */
const inNode = [
  "packages/backend-webgpu/src/tune/known-tiles.test.ts",
  "packages/backend-webgpu/test/tune.test.ts",
];
const exclude = ["**/node_modules/**", "**/dist/**", ...(process.env.LONG ? [] : ["**/*.long.test.ts"])];
const timeouts = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    // Vitest leaves one processor to itself: of two, that would be half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
            inChromium("Chromium, isolated", { headers: isolation }),
            inChromium("Chromium, not isolated", {}),
            inChromium("Chromium, WebGPU", {
              include: [inWebgpu],
              leave: process.env.LONG ? inNode : [...inNode, ...slowInWebgpu],
              args: swiftShader,
            }),
          ]),
    ],
  },
});

/** Runs tests in a page: threads share memory if it is isolated across origins, which the headers say. */
function inChromium(
  name: string,
  { include = [inBrowsers], leave = [], headers = {}, args = [] }: InChromium,
): TestProjectConfiguration {
  return {
    resolve: { conditions: [...source, "browser"] },
    server: { headers },
    test: {
      name,
      include: [...include],
      exclude: [...exclude, ...leave],
      ...timeouts,
      browser: {
        enabled: true,
        headless: true,
        // The three kinds of pages are tested at the same time, beside Node.
        fileParallelism: false,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: { executablePath: chromium, args: ["--no-sandbox", ...args] },
        }),
        instances: [{ browser: "chromium" }],
      },
    },
  };
}

interface InChromium {
  readonly include?: readonly string[];
  readonly leave?: readonly string[];
  readonly headers?: Record<string, string>;
  readonly args?: readonly string[];
}
