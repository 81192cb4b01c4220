import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileKernels } from "./compile.js";
import { inOrder, kernelNames } from "./parameters.js";

const { module } = await compileKernels(false, false);
const { exports } = await WebAssembly.instantiate(module, {
  env: { memory: new WebAssembly.Memory({ initial: 1 }) },
});
const sources = readSources();

test("every compiled function is run by a kernel or says the size of something", () => {
  const functions = Object.keys(exports).filter((name) => typeof exports[name] === "function");
  const used = new Set([...namesIn(/\brun\(\s*"(\w+)"/g), ...namesIn(/\bsizes\.(\w+)\(/g)]);
  expect(functions.filter((name) => !used.has(name))).toEqual([]);
});

test("the kernels that have their parameters named are those that run", () => {
  expect(kernelNames.toSorted()).toEqual([...namesIn(/\brun\(\s*"(\w+)"/g)].toSorted());
});

test.each(kernelNames)("%s takes its range, its scratch memory, and a value for each name", (name) => {
  // Only their number counts.
  const values = inOrder(name, {} as never);
  expect(exports[name]).toHaveLength(3 + values.length);
});

/** What the pattern captures in the sources. */
function namesIn(pattern: RegExp): ReadonlySet<string> {
  return new Set([...sources.matchAll(pattern)].map(([, name]) => name));
}

/** Of the fast kernels, all files. */
function readSources(): string {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(`${folder}${file}`, "utf8"))
    .join("\n");
}
