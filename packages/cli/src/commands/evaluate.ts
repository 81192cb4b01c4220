import { basename, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { defineCommand } from "citty";
import { commonFlags } from "../command-line.js";
import { evaluateRun } from "../evaluation.js";
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
    json: { type: "boolean", description: "Print the evaluation as JSON" },
    ...commonFlags,
  },
  async run({ args: { run: folder, json } }) {
    const terminal = createTerminal();
    const { run, loader } = await openStoredRun(folder);
    const config = await rebuildConfig(run, loader);
    const monitors = await readMonitors(run.storage);
    const { signal, release } = interruptible(terminal);
    try {
      const evaluated = { ...run, onlineProbes: onlineProbes(config, monitors) };
      const evaluation = await evaluateRun(evaluated, config, { terminal, signal });
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
