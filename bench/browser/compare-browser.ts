// A training step in headless Chromium beside the same step in Node, in turn. Prints a table.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { build, preview } from "vite";
import { chromium as executablePath, isolation } from "../../scripts/chromium.js";
import type { StepOptions, StepTimes } from "../step/pipeline.js";

const { values: flags } = parseArgs({
  options: {
    images: { type: "string", default: "64" },
    threads: { type: "string", default: "1,2" },
    steps: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
  },
});

/** What `page.ts` gives its page. */
declare const measure: (options: StepOptions) => Promise<StepTimes>;

if (executablePath === undefined) throw new Error("No Chromium is installed.");
const root = fileURLToPath(new URL(".", import.meta.url));
const outDir = await mkdtemp(join(tmpdir(), "bench-browser-"));
const common = { root, configFile: false, logLevel: "error", build: { outDir, target: "es2022" } } as const;
await build(common);
const server = await preview({ ...common, preview: { port: 0, host: "127.0.0.1", headers: isolation } });
const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

const rows: Record<string, string | number>[] = [];
for (const threads of flags.threads.split(",").map(Number)) {
  const options: StepOptions = {
    encoder: "resnet18",
    images: Number(flags.images),
    steps: Number(flags.steps),
    backend: { threads },
  };
  const runs: { node: StepTimes[]; page: StepTimes[] } = { node: [], page: [] };
  for (let round = 0; round < Number(flags.rounds); round++) {
    runs.node.push(inNode(options));
    runs.page.push(await inPage(chrome, server.resolvedUrls!.local[0], options));
  }
  const whos = [
    { who: `Node ${process.versions.node}`, times: runs.node },
    { who: `Chromium ${chrome.version()}`, times: runs.page },
  ];
  for (const { who, times } of whos) {
    rows.push({
      who,
      device: times[0].device,
      "best ms": Math.round(best(times)),
      "images/s": Number(((1000 * options.images) / best(times)).toFixed(1)),
      "speed beside Node": (best(runs.node) / best(times)).toFixed(2),
      "last loss": times[0].loss.at(-1)!.toFixed(5),
    });
  }
}
await chrome.close();
await new Promise((resolve) => server.httpServer.close(resolve));
await rm(outDir, { recursive: true });

console.log(
  `resnet18, CIFAR stem, ${flags.images} images of 32×32, SupCon, forward + backward + update; ` +
    `best of ${flags.rounds} rounds of ${flags.steps} steps in turn`,
);
console.table(rows);
process.exit(0);

function best(times: readonly StepTimes[]): number {
  return Math.min(...times.flatMap((run) => run.milliseconds));
}

/** In a process of its own. */
function inNode({ encoder, images, steps, backend }: StepOptions): StepTimes {
  const step = fileURLToPath(new URL("../step/step.ts", import.meta.url));
  const args = ["--encoder", encoder, "--images", `${images}`, "--steps", `${steps}`];
  const output = execFileSync(
    process.execPath,
    ["--import", "jiti/register", step, ...args, "--backend", JSON.stringify(backend)],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  return JSON.parse(output.trim().split("\n").at(-1)!) as StepTimes;
}

/** In a page of its own. */
async function inPage(browser: Browser, url: string, options: StepOptions): Promise<StepTimes> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.waitForFunction(() => "measure" in globalThis);
    return await page.evaluate((given) => measure(given), options);
  } finally {
    await page.close();
  }
}
