import { inspect, stripVTControlCharacters } from "node:util";
import { ContrastiveError, nearest } from "@contrastive/core";
import { type ArgsDef, type CommandDef, renderUsage, runCommand } from "citty";
import { checkArguments } from "./command-line.js";
import { version } from "./version.js";

interface Entry {
  readonly summary: string;
  readonly examples: readonly string[];
  /** Loaded when it is asked for: most of them bring the whole of tfjs. */
  // Commands differ in their arguments, which citty's types can't forget.
  load(): Promise<CommandDef<never>>;
}

const commands: Readonly<Record<string, Entry>> = {
  train: {
    summary: "Train an encoder, evaluate it, and write a report",
    examples: [
      "contrastive train",
      "contrastive train --loss simclr --set epochs=20 --out runs/simclr",
      "contrastive train --set loss.temperature=0.2 --set optimizer.learningRate.peak=0.1 --set limit=2000",
      "contrastive train --loss ./my-loss.ts#myLoss",
      "contrastive train --resume runs/simclr",
    ],
    load: async () => erased((await import("./commands/train.js")).trainCommand),
  },
  evaluate: {
    summary: "Evaluate a run again, and write its report anew",
    examples: [
      "contrastive evaluate runs/simclr",
      "contrastive evaluate runs/simclr --corruptions --samples 1000",
      "contrastive evaluate runs/simclr --corruptions --baseline runs/cross-entropy",
    ],
    load: async () => erased((await import("./commands/evaluate.js")).evaluateCommand),
  },
  embed: {
    summary: "Turn images into the representation of a run's encoder, a row each",
    examples: [
      "contrastive embed runs/simclr photos/ --out photos.csv",
      "contrastive embed runs/simclr images.npy --out embeddings.npy",
    ],
    load: async () => erased((await import("./commands/embed.js")).embedCommand),
  },
  views: {
    summary: "Draw what the encoder will see: samples, and the views that a config makes of them",
    examples: [
      "contrastive views",
      "contrastive views my.config.ts --out views.png --samples 12",
      "contrastive views --set views.0.strength=1 --epoch 3",
    ],
    load: async () => erased((await import("./commands/views.js")).viewsCommand),
  },
  init: {
    summary: "Write a config to start from into the current folder",
    examples: ["contrastive init", "contrastive init --json"],
    load: async () => erased((await import("./commands/init.js")).initCommand),
  },
  setup: {
    summary: "Make tfjs-node work with a TensorFlow that is installed, for backend node-gpu",
    examples: [
      "contrastive setup tensorflow",
      "contrastive setup tensorflow --python venv/bin/python",
      "contrastive setup tensorflow --library libtensorflow",
    ],
    load: async () => erased((await import("./commands/setup.js")).setupCommand),
  },
  doctor: {
    summary: "Say what works on this machine, and what to do about the rest",
    examples: ["contrastive doctor"],
    load: async () => erased((await import("./commands/doctor.js")).doctorCommand),
  },
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
  const command = await found.load();
  checkArguments(name, rest, command.args as unknown as ArgsDef);
  await runCommand(command, { rawArgs: [...rest] });
}

async function showHelp(name: string, { summary, examples, load }: Entry): Promise<void> {
  const meta = { name: `contrastive ${name}`, description: summary };
  const usage = await renderUsage({ ...(await load()), meta });
  // citty colours its output even where it goes into a file.
  const plain = process.stdout.isTTY ? usage : stripVTControlCharacters(usage);
  console.log(`${plain}\nEXAMPLES\n\n${examples.map((example) => `  ${example}`).join("\n")}\n`);
}

function showOverview(): void {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
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
  if ((error as Error)?.name === "AbortError") return "error: stopped";
  const message = (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, " ");
  if ((error as Error)?.name === "ContrastiveError") return `error: ${message}`;
  if ((error as Error)?.name === "CLIError") return `error: ${message}. See: contrastive --help`;
  return `error: ${message} (--stack shows where it comes from)`;
}

function isInterruption(error: unknown): boolean {
  const { name, complaint } = error as Partial<ContrastiveError>;
  return name === ("AbortError" as string) || complaint?.what.startsWith("stopped") === true;
}

function erased<T extends ArgsDef>(command: CommandDef<T>): CommandDef<never> {
  return command as unknown as CommandDef<never>;
}
