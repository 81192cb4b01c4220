import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import { defineCommand } from "citty";
import { commonFlags } from "../command-line.js";
import type { CorruptionOptions } from "../corruption-scores.js";
import { type Evaluation, evaluateRun } from "../evaluation.js";
import { interruptible } from "../interrupt.js";
import { printScores } from "../print-scores.js";
import { renderRun } from "../report.js";
import { readMonitors } from "../run-files.js";
import { onlineProbes } from "../run-training.js";
import { openStoredRun, rebuildConfig } from "../stored-run.js";
import { createTerminal } from "../terminal.js";

export const evaluateCommand = defineCommand({
  args: {
    run: { type: "positional", required: true, description: "The run's folder" },
    corruptions: {
      type: "boolean",
      description: "Also on test images that are corrupted in 19 ways, each at 5 severities",
    },
    samples: { type: "string", valueHint: "N", description: "Corrupt so many test images; default all" },
    baseline: {
      type: "string",
      valueHint: "RUN",
      description: "Divide by the errors of this run, which was evaluated so, too",
    },
    json: { type: "boolean", description: "Print the evaluation as JSON" },
    ...commonFlags,
  },
  async run({ args: { run: folder, json, ...given } }) {
    const terminal = createTerminal();
    checkFlags(given);
    const baseline = given.baseline === undefined ? undefined : await readBaseline(given.baseline);
    const { run, loader } = await openStoredRun(folder);
    const corruptions = given.corruptions && {
      // What the package of this name exports.
      library: (await loader.import("@contrastive/corruptions")) as unknown as CorruptionOptions["library"],
      ...(given.samples !== undefined && { samples: Number(given.samples) }),
      ...(baseline && { baseline }),
    };
    const config = await rebuildConfig(run, loader);
    const monitors = await readMonitors(run.storage);
    const { signal, release } = interruptible(terminal);
    try {
      const evaluated = { ...run, onlineProbes: onlineProbes(config, monitors) };
      const evaluation = await evaluateRun(evaluated, config, {
        terminal,
        signal,
        ...(corruptions && { corruptions }),
      });
      const { record, history, storage } = run;
      const page = await renderRun({ name: basename(resolve(folder)), record, history, evaluation }, config);
      await storage.write("evaluation.json", `${JSON.stringify(evaluation, null, 2)}\n`);
      await storage.write("report.html", page);
      if (json) console.log(JSON.stringify(evaluation));
      else printScores(evaluation);
      terminal.print(`wrote ${folder}/report.html`);
    } finally {
      tf.dispose([...monitors]);
      release();
    }
  },
});

interface CorruptionFlags {
  readonly corruptions?: boolean;
  readonly samples?: string;
  readonly baseline?: string;
}

function checkFlags({ corruptions = false, samples, baseline }: CorruptionFlags): void {
  const who = "contrastive evaluate";
  for (const [flag, value] of Object.entries({ samples, baseline })) {
    if (value === undefined || corruptions) continue;
    throw new ContrastiveError({ who, what: `--${flag} is of --corruptions`, fix: "Add --corruptions" });
  }
  if (samples !== undefined && !(Number.isSafeInteger(Number(samples)) && Number(samples) > 0)) {
    throw new ContrastiveError({ who, what: "--samples must be a whole number of at least 1", got: samples });
  }
}

async function readBaseline(folder: string): Promise<NonNullable<CorruptionOptions["baseline"]>> {
  const text = await readFile(join(folder, "evaluation.json"), "utf8").catch(() => "{}");
  const { corruptions } = JSON.parse(text) as Partial<Evaluation>;
  if (corruptions !== undefined) return { name: basename(resolve(folder)), scores: corruptions };
  throw new ContrastiveError({
    who: `baseline ${folder}`,
    what: "it was not evaluated on corruptions",
    fix: `Run first: contrastive evaluate ${folder} --corruptions`,
  });
}
