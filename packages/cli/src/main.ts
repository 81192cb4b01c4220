import { inspect, stripVTControlCharacters } from "node:util";
import { ContrastiveError, nearest } from "@contrastive/core";
import { type ArgsDef, type CommandDef, renderUsage, runCommand } from "citty";
import { checkArguments } from "./command-line.js";
import { doctorCommand } from "./commands/doctor.js";
import { embedCommand } from "./commands/embed.js";
import { evaluateCommand } from "./commands/evaluate.js";
import { initCommand } from "./commands/init.js";
import { trainCommand } from "./commands/train.js";
import { version } from "./version.js";

interface Entry {
  // Commands differ in their arguments, which citty's types can't forget.
  readonly command: CommandDef<never>;
  readonly args: ArgsDef;
  readonly examples: readonly string[];
}

const commands: Readonly<Record<string, Entry>> = {
  train: entry(trainCommand, [
    "contrastive train",
    "contrastive train --loss simclr --set epochs=20 --out runs/simclr",
    "contrastive train --set loss.temperature=0.2 --set optimizer.learningRate.peak=0.1 --set limit=2000",
    "contrastive train --loss ./my-loss.ts#myLoss",
    "contrastive train --resume runs/simclr",
  ]),
  evaluate: entry(evaluateCommand, ["contrastive evaluate runs/simclr"]),
  embed: entry(embedCommand, [
    "contrastive embed runs/simclr photos/ --out photos.csv",
    "contrastive embed runs/simclr images.npy --out embeddings.npy",
  ]),
  init: entry(initCommand, ["contrastive init", "contrastive init --json"]),
  doctor: entry(doctorCommand, ["contrastive doctor"]),
};

/** Runs the command with the arguments that a user typed, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await dispatch(args);
    return 0;
  } catch (error) {
    const withStack = args.includes("--stack") || Boolean(process.env.DEBUG);
    process.stderr.write(`\n${explain(error, withStack)}\n`);
    return isInterruption(error) ? 130 : 1;
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<void> {
  if (name === "--version" || name === "-v") return console.log(version);
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const asked = name === undefined ? undefined : commands[rest[0]];
    return asked ? showHelp(rest[0], asked) : showOverview();
  }
  const found = commands[name];
  if (found === undefined) {
    const near = nearest(name, Object.keys(commands));
    throw new ContrastiveError({
      who: "contrastive",
      what: `there is no ${name.startsWith("-") ? "flag" : "command"} ${name}`,
      fix: `${near === undefined ? "" : `Did you mean "contrastive ${near}"? `}There are ${Object.keys(commands).join(", ")}`,
    });
  }
  if (rest.includes("--help") || rest.includes("-h")) return showHelp(name, found);
  checkArguments(name, rest, found.args);
  await runCommand(found.command, { rawArgs: [...rest] });
}

async function showHelp(name: string, { command, examples }: Entry): Promise<void> {
  const usage = await renderUsage({ ...command, meta: { ...command.meta, name: `contrastive ${name}` } });
  // citty colours its output even where it goes into a file.
  const plain = process.stdout.isTTY ? usage : stripVTControlCharacters(usage);
  console.log(`${plain}\nEXAMPLES\n\n${examples.map((example) => `  ${example}`).join("\n")}\n`);
}

function showOverview(): void {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { command }]) =>
      `  ${name.padEnd(width)}  ${(command.meta as { description: string }).description}`,
  );
  console.log(
    [
      `Contrastive learning of image encoders (${version})`,
      "",
      "USAGE  contrastive COMMAND [flags]",
      "",
      ...lines,
      "",
      'Flags and examples of a command: "contrastive COMMAND --help"',
    ].join("\n"),
  );
}

/** One paragraph, or all that is known. */
function explain(error: unknown, withStack: boolean): string {
  if (withStack) return inspect(error);
  const message = error instanceof Error ? error.message : String(error);
  if ((error as Error)?.name === "ContrastiveError") return `error: ${message}`;
  if ((error as Error)?.name === "CLIError") return `error: ${message}. See: contrastive --help`;
  return `error: ${message.trim()} (--stack shows where it comes from)`;
}

function isInterruption(error: unknown): boolean {
  return (error as Partial<ContrastiveError>)?.complaint?.what.startsWith("stopped") ?? false;
}

function entry<T extends ArgsDef>(command: CommandDef<T>, examples: readonly string[]): Entry {
  return { command: command as unknown as CommandDef<never>, args: command.args as ArgsDef, examples };
}
