// Losses of `metric-loss-cases.ts` and their gradients beside pytorch-metric-learning's, each in a process of its own and in
// turn. Prints a table of the best times.
//
//     node --import jiti/register compare-metric-losses.ts --python PATH [--only triplet,circle] [--rows 1024] [--threads 1]
//
// Those of lightly need --lightly, a checkout of github.com/lightly-ai/lightly; without it they are left out.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases, type MetricLossCase } from "./metric-loss-cases.js";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    lightly: { type: "string" },
    only: { type: "string", default: "" },
    rows: { type: "string", default: "1024" },
    dim: { type: "string", default: "128" },
    classes: { type: "string", default: "32" },
    rounds: { type: "string", default: "3" },
    repeats: { type: "string", default: "100" },
    threads: { type: "string", default: "1" },
  },
});

interface Measurement {
  readonly who: string;
  readonly best: number;
}

const wanted = flags.only.split(",");
const chosen = Object.entries(cases)
  .filter(([name]) => wanted.some((word) => name.startsWith(word)))
  .filter(([, { peer }]) => flags.lightly !== undefined || !peer.startsWith("lightly"));
const lines = [["loss", "rows", "classes", "time", "peer's", "ratio"]];
const versions = new Set<string>();
for (const [name, each] of chosen) {
  const sizes = sizesOf(each);
  const commands = [oursOf(name, sizes), peerOf(each, sizes)];
  const measured = commands.map((): Measurement[] => []);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [i, command] of commands.entries()) measured[i].push(measure(command));
  }
  const [own, other] = measured.map((times) => Math.min(...times.map(({ best }) => best)));
  for (const [{ who }] of measured) versions.add(who);
  const ratio = (own / other).toFixed(2);
  lines.push([name, sizes.rows, sizes.classes, `${own.toFixed(1)} ms`, `${other.toFixed(1)} ms`, ratio]);
}
print(lines);
console.log(`\n${[...versions].join("\n")}`);

type Sizes = Readonly<Record<"rows" | "dim" | "classes" | "views", string>>;

function sizesOf({
  rows = Number(flags.rows),
  views = 1,
  classes = Number(flags.classes),
}: MetricLossCase): Sizes {
  return {
    rows: String(rows),
    dim: flags.dim,
    classes: String(classes === "samples" ? rows / views : classes),
    views: String(views),
  };
}

function oursOf(name: string, sizes: Sizes): string[] {
  const script = fileURLToPath(new URL("metric-loss.ts", import.meta.url));
  const backend = `{ "threads": ${flags.threads} }`;
  const node = [process.execPath, "--import", "jiti/register", script, "--case", name];
  return [...node, "--backend", backend, ...asFlags(sizes)];
}

function peerOf({ peer, miner = "None" }: MetricLossCase, sizes: Sizes): string[] {
  const script = fileURLToPath(new URL("../peers/metric_loss.py", import.meta.url));
  const made = [flags.python, script, "--loss", peer, "--miner", miner];
  if (flags.lightly !== undefined) made.push("--lightly", flags.lightly);
  return [...made, "--threads", flags.threads, ...asFlags(sizes)];
}

function asFlags(sizes: Sizes): string[] {
  return Object.entries({ ...sizes, repeats: flags.repeats }).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);
}

function measure([program, ...args]: readonly string[]): Measurement {
  const output = execFileSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: flags.threads },
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Measurement;
}

function print(lines: readonly (readonly string[])[]): void {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines) {
    console.log(
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join("  "),
    );
  }
}
