// Prints a table of kernels and shapes: this library's time, that of tfjs's own WebAssembly backend, and their ratio. Run with
// node --import jiti/register kernels.ts [--only Transpose] [--times 7]
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { cases } from "./cases.js";
import { bytesOf, measure } from "./measure.js";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    times: { type: "string", default: "7" },
    // What the program starts itself with, for a process that only ever has the stock kernels.
    stock: { type: "boolean", default: false },
  },
});

const chosen = cases.filter(({ kernel }) => kernel.startsWith(flags.only));
const times = Number(flags.times);

if (flags.stock) {
  await tf.setBackend("wasm");
  console.log(JSON.stringify(measure(chosen, times)));
} else {
  const { device } = await wasm().init();
  const ours = measure(chosen, times);
  const stock = stockTimes();
  console.log(`${device}, tfjs ${tf.version_core}; best of ${times}, milliseconds`);
  console.table(
    chosen.map((one, i) => ({
      kernel: one.kernel,
      what: one.what,
      ours: rounded(ours[i]),
      stock: rounded(stock[i]),
      ratio: rounded(ratio(stock[i], ours[i])),
      rate: rate(one, ours[i]),
    })),
  );
}

function stockTimes(): readonly (number | null)[] {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "--stock"];
  const text = execFileSync(process.execPath, [...args, "--only", flags.only, "--times", flags.times]);
  return JSON.parse(text.toString().trim().split("\n").at(-1) ?? "[]") as (number | null)[];
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

function rounded(value: number | null): number | string {
  return value === null ? "none" : Number(value.toPrecision(3));
}

function rate(one: (typeof cases)[number], milliseconds: number | null): string {
  if (milliseconds === null) return "";
  const [amount, unit] = one.operations === undefined ? [bytesOf(one), "GB/s"] : [one.operations, "GFLOP/s"];
  return `${(amount / milliseconds / 1e6).toPrecision(3)} ${unit}`;
}
