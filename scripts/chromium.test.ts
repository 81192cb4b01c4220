import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { chromium } from "./chromium.js";

// Without it the projects of the browser tests are not there, and nothing else would say so.
test.skipIf(chromium === undefined)(
  `Chromium is there for *.browser.test.ts${chromium ? "" : " (skipped, and they with it: no Chromium is installed)"}`,
  () => {
    expect(execFileSync(chromium!, ["--version"], { encoding: "utf8", stdio: "pipe" })).toMatch(/Chrom/);
  },
);
