import { basename, dirname } from "node:path";
import { type ConfigInput, ContrastiveError } from "@contrastive/core";
import { defineCommand } from "citty";
import { commonFlags, valuesOf } from "../command-line.js";
import { printScores } from "../print-scores.js";
import { interruptible } from "../interrupt.js";
import { findConfig, loadConfig } from "../load-config.js";
import { createPluginLoader } from "../plugin-loader.js";
import { runTraining } from "../run-training.js";
import { readRecord } from "../run-files.js";
import { foldersOf } from "../stored-run.js";
import { applySettings, parseSetting } from "../settings.js";
import { createTerminal } from "../terminal.js";

/** Parts of a config that a flag of the same name swaps. */
const slots = ["backend", "data", "encoder", "head", "loss", "mix", "optimizer", "sampler"] as const;

const args = {
  config: {
    type: "string",
    valueHint: "FILE",
    description: "Default: contrastive.config.ts, .js, .mjs or .json",
  },
  backend: { type: "string", valueHint: "NAME", description: "auto, or a backend by name" },
  data: { type: "string", valueHint: "NAME", description: "Another dataset" },
  encoder: { type: "string", valueHint: "NAME", description: "Another encoder" },
  head: { type: "string", valueHint: "NAME", description: "Another head" },
  loss: {
    type: "string",
    valueHint: "NAME",
    description: "Another loss: simclr, package#export or ./file.ts#export",
  },
  mix: { type: "string", valueHint: "NAME", description: "Mix batches: mixup, cutmix" },
  optimizer: { type: "string", valueHint: "NAME", description: "Another optimizer" },
  sampler: { type: "string", valueHint: "NAME", description: "Another sampler" },
  set: {
    type: "string",
    valueHint: "PATH=VALUE",
    description: "Change one value; may be given several times",
  },
  out: { type: "string", valueHint: "FOLDER", description: "Default: runs/LOSS-TIME" },
  resume: { type: "string", valueHint: "RUN", description: "Go on with a run that was stopped" },
  evaluate: {
    type: "boolean",
    default: true,
    description: "Judge the encoder afterwards",
    negativeDescription: "Do not",
  },
  json: { type: "boolean", description: "Print the evaluation as JSON" },
  ...commonFlags,
} as const;

export const trainCommand = defineCommand({
  args,
  async run({ args: given, rawArgs }) {
    const { config: file, out, resume, json, evaluate } = given;
    const stored = resume?.replace(/\.partial\/?$/, "").replace(/\/$/, "");
    if (stored !== undefined && out !== undefined) {
      throw new ContrastiveError({
        who: "contrastive train",
        what: "--resume RUN goes on in RUN; leave out --out",
      });
    }
    const { config, folders } =
      stored !== undefined && file === undefined ? await recordedConfig(stored) : await writtenConfig(file);
    const loader = createPluginLoader(folders);
    const swapped: Record<string, unknown> = { ...config };
    for (const slot of slots) if (given[slot] !== undefined) swapped[slot] = given[slot];
    const settings = valuesOf("set", rawArgs, args).map(parseSetting);
    const wanted = await applySettings(swapped as ConfigInput, settings, loader);

    const terminal = createTerminal();
    const folder = stored ?? out ?? `runs/${lossName(wanted)}-${timestamp()}`;
    const { signal, release } = interruptible(terminal);
    try {
      const result = await runTraining(wanted, {
        out: folder,
        resume: stored !== undefined,
        evaluate,
        signal,
        terminal,
        loader,
      });
      if (json) console.log(JSON.stringify(result.evaluation ?? null));
      else if (result.evaluation) printScores(result.evaluation);
      terminal.print(`wrote ${folder}/report.html`);
    } catch (error) {
      throw signal.aborted ? stopped(error, folder, resume === undefined ? file : undefined) : error;
    } finally {
      release();
    }
  },
});

async function writtenConfig(
  file: string | undefined,
): Promise<{ config: ConfigInput; folders: readonly string[] }> {
  const path = findConfig(file);
  return { config: await loadConfig(path), folders: [dirname(path), process.cwd()] };
}

/** The config as the run's record has it: complete, so that a changed file does not matter. */
async function recordedConfig(run: string): Promise<{ config: ConfigInput; folders: readonly string[] }> {
  const { config, notReproducible } = await readRecord(run);
  if (notReproducible.length > 0) {
    throw new ContrastiveError({
      who: `run ${run}`,
      what: `its record can't rebuild ${notReproducible.join(", ")}`,
      fix: `Resume it with the config it was started with: contrastive train --config FILE --resume ${run}`,
    });
  }
  // Written by describe(), which turns plugins into references.
  return { config: config as unknown as ConfigInput, folders: foldersOf(run) };
}

function stopped(error: unknown, folder: string, file: string | undefined): unknown {
  const complaint = (error as Partial<ContrastiveError>).complaint;
  if (complaint?.who !== "train") return error;
  const resumable = !complaint.what.startsWith("stopped after 0 ");
  return new ContrastiveError({
    ...complaint,
    ...(resumable && {
      fix: `Go on with: contrastive train${file === undefined ? "" : ` --config ${file}`} --resume ${folder}`,
    }),
  });
}

function lossName({ loss }: ConfigInput): string {
  const name = typeof loss === "string" ? loss : "use" in loss ? String(loss.use) : loss.name;
  return basename(name.split("#").at(-1)!);
}

function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "");
}
