import { spawnSync } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const HALF_AN_HOUR = 1_800_000;

/** A program that did not run through. */
export interface Failed {
  readonly failed: string;
}

/** What a program printed on its last line, as JSON; where it failed, the last thing it said. */
export function run<T extends object>(command: string, args: readonly string[]): T | Failed {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
    timeout: HALF_AN_HOUR,
  });
  if (error !== undefined) return { failed: error.message };
  if (status !== 0) return { failed: said(stderr) ?? `ended by ${signal ?? `code ${status}`}` };
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
}

/** The command that runs a script of this folder as this one runs: as TypeScript, or bundled. */
export function script(name: string): readonly string[] {
  const file = fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url));
  return [...process.execArgv, file];
}

/** The line of an error's report that says what. */
function said(text: string): string | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /^\s*(\w+)?Error\b.*:/.test(line))?.trim() ?? lines.at(-1)?.trim();
}
