// SupCon's loss and gradient, this library's beside pytorch-metric-learning's and SupContrast's, each in a process of
// its own and in turn. Prints a table of the best times and of peak memory over that before the first call.
//
//     node --import jiti/register compare-losses.ts --python PATH --supcontrast PATH [--rows 1024,4096] [--threads 1]
//
// With --plot FILE.svg it draws them too.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { drawScaling, type Line } from "./plot.js";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    supcontrast: { type: "string" },
    rows: { type: "string", default: "1024,4096,8192,16384" },
    rounds: { type: "string", default: "2" },
    repeats: { type: "string", default: "3" },
    threads: { type: "string", default: "1" },
    plot: { type: "string" },
  },
});

interface Measurement {
  readonly who: string;
  readonly best: number;
  readonly peakMiB: number;
}

const ours = [
  process.execPath,
  "--import",
  "jiti/register",
  fileURLToPath(new URL("loss.ts", import.meta.url)),
  "--backend",
  `{ "threads": ${flags.threads} }`,
];
const peer = (name: string, ...more: readonly string[]) => [
  flags.python,
  fileURLToPath(new URL("../peers/loss.py", import.meta.url)),
  "--threads",
  flags.threads,
  "--peer",
  name,
  ...more,
];
const peers = [
  peer("pytorch-metric-learning"),
  ...(flags.supcontrast === undefined ? [] : [peer("SupContrast", "--supcontrast", flags.supcontrast)]),
];

const table: string[][] = [];
const versions = new Set<string>();
const points = new Map<string, Line["points"]>();
for (const rows of flags.rows.split(",")) {
  const measured = [ours, ...peers].map((): Measurement[] => []);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [i, command] of [ours, ...peers].entries()) measured[i].push(measure(command, rows));
  }
  const [own, ...theirs] = measured.map(bestOf);
  for (const other of theirs) {
    table.push([
      rows,
      other.who.split(" ")[0],
      ...compared(own.best, other.best, "ms"),
      ...compared(own.peakMiB, other.peakMiB, "MiB"),
    ]);
  }
  for (const { who } of [own, ...theirs]) versions.add(who);
  for (const [i, { who, best, peakMiB }] of [own, ...theirs].entries()) {
    const name = i === 0 ? "this library, WASM" : who.split(" ")[0];
    const point = { rows: Number(rows), milliseconds: best, mebibytes: peakMiB };
    points.set(name, [...(points.get(name) ?? []), point]);
  }
}

print([["rows", "peer", "time", "peer's", "ratio", "memory", "peer's", "ratio"], ...table]);
console.log(`\n${[...versions].join("\n")}`);
if (flags.plot !== undefined) {
  const lines = [...points].map(([name, of]) => ({ name, points: of }));
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0].model.trim()}, ${flags.threads} thread${flags.threads === "1" ? "" : "s"}, ${day}`;
  writeFileSync(flags.plot, drawScaling(lines, machine));
}

function measure([program, ...args]: readonly string[], rows: string): Measurement {
  const output = execFileSync(program, [...args, "--rows", rows, "--repeats", flags.repeats], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: flags.threads },
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Measurement;
}

function bestOf(measurements: readonly Measurement[]): Measurement {
  return {
    who: measurements[0].who,
    best: Math.min(...measurements.map(({ best }) => best)),
    peakMiB: Math.min(...measurements.map(({ peakMiB }) => peakMiB)),
  };
}

function compared(own: number, other: number, unit: string): string[] {
  return [`${own.toFixed(0)} ${unit}`, `${other.toFixed(0)} ${unit}`, (own / other).toFixed(3)];
}

function print(lines: readonly (readonly string[])[]): void {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines) console.log(line.map((cell, i) => cell.padStart(widths[i])).join("  "));
}
