import { fork, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as users do: as it was built, in a process of its own. `onStderr` may send it a signal. */
export function contrastive(
  cwd: string,
  args: readonly string[],
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Outcome> {
  if (!existsSync(bin)) throw notBuilt();
  return new Promise((resolve) => {
    const { DEBUG: _, ...env } = process.env;
    const child = spawn(process.execPath, [bin, ...args], { cwd, env });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text: Buffer) => (output.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => {
      output.stderr += text.toString();
      onStderr(output.stderr, (signal) => child.kill(signal));
    });
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

/** A process that stays, and runs one command line after the other. */
export interface Shell {
  run(...args: readonly string[]): Promise<Outcome>;
  close(): void;
}

/** Runs commands as they were built, without loading all of them anew for each: for what neither starts nor ends otherwise. */
export function createShell(cwd: string): Shell {
  if (!existsSync(bin)) throw notBuilt();
  const { DEBUG: _, ...env } = process.env;
  const child = fork(new URL("./shell.mjs", import.meta.url), { cwd, env, execArgv: [] });
  let last: Promise<unknown> = Promise.resolve();
  const runNow = (args: readonly string[]) =>
    new Promise<Outcome>((resolve, reject) => {
      const onExit = (code: number | null) =>
        reject(new Error(`the shell ended with ${code} in "${args.join(" ")}"`));
      child.once("exit", onExit);
      child.once("message", (outcome) => {
        child.off("exit", onExit);
        resolve(outcome as Outcome);
      });
      child.send(args);
    });
  return {
    run(...args) {
      const outcome = last.then(() => runNow(args));
      last = outcome.catch(() => {});
      return outcome;
    },
    close: () => child.disconnect(),
  };
}

const notBuilt = () => new Error('There is nothing to run: "npm run build" first');

const files = [
  new URL("./project/backend.ts", import.meta.url),
  new URL("./project/contrastive.config.json", import.meta.url),
  new URL("./project/data.ts", import.meta.url),
  new URL("./project/losses.ts", import.meta.url),
  new URL("./project/mixed.config.ts", import.meta.url),
  new URL("./project/tiny.config.ts", import.meta.url),
];

/** A folder with the files of `project` and this package's dependencies; removed by the caller. */
export function createProject(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "contrastive-cli-"));
  for (const file of files) copyFileSync(file, join(folder, basename(file.pathname)));
  symlinkSync(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
