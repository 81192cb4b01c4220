// All of the benchmarks on WebGPU, into one file of JSON and a page of Markdown; see ../README.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdown, type Report } from "./report.js";
import { script } from "./run-script.js";

const { values: flags } = parseArgs({
  options: {
    /** Where `results.json` and `results.md` go. */
    out: { type: "string", default: "." },
    python: { type: "string", default: "python3" },
    device: { type: "string", default: "cuda" },
    settle: { type: "string", default: "300" },
    rounds: { type: "string", default: "3" },
    /** Whether it runs through at all, on a machine that is too slow to measure anything. */
    tiny: { type: "boolean", default: false },
  },
});

const cases = flags.tiny
  ? [["--encoder", "tiny", "--images", "8"]]
  : [
      ["--encoder", "resnet18", "--images", "512"],
      ["--encoder", "resnet50", "--images", "256"],
      ["--encoder", "vit-tiny", "--images", "512"],
    ];
const [few, small] = flags.tiny
  ? [
      ["--steps", "2"],
      ["--size", "16"],
    ]
  : [[], []];
const settle = ["--settle", flags.settle];
const peers = ["--python", flags.python, "--device", flags.device, "--rounds", flags.rounds];
const benchmarks = cases.flatMap((which) => [
  { name: "compare", args: [...which, ...few, ...small, ...settle, ...peers] },
  {
    name: "kernels",
    args: [
      ...which,
      ...few,
      ...small,
      ...settle,
      ...(flags.tiny ? ["--copy", "4", "--squares", "64,128", "--fma", "0.1"] : []),
    ],
  },
  { name: "count", args: which },
]);

const folder = mkdtempSync(join(tmpdir(), "webgpu-bench-"));
const reports: Report[] = benchmarks.map(({ name, args }, i) => {
  const file = join(folder, `${i}.json`);
  const command = [...script(name), ...args, "--json", file];
  console.log(`\n${name} ${args.join(" ")}`);
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return { title: `${name} ${args.join(" ")}`, notes: [`did not run through: code ${status}`], rows: [] };
  }
});
rmSync(folder, { recursive: true });

const date = new Date().toISOString();
const results = (extension: string) => join(flags.out, `results.${extension}`);
writeFileSync(results("json"), `${JSON.stringify({ date, reports }, null, 1)}\n`);
writeFileSync(results("md"), `${[`# Training on WebGPU, ${date}`, ...reports.map(markdown)].join("\n\n")}\n`);
console.log(`\nwrote ${results("json")} and ${results("md")}`);
