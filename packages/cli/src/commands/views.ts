import { dirname } from "node:path";
import { ContrastiveError, defineConfig, resolveConfig } from "@contrastive/core";
import { contactSheet } from "@contrastive/report";
import { defineCommand } from "citty";
import { withAutoBackend } from "../auto-backend.js";
import { commonFlags, valuesOf } from "../command-line.js";
import { drawViews } from "../draw-views.js";
import { findConfig, loadConfig } from "../load-config.js";
import { createPluginLoader } from "../plugin-loader.js";
import { applySettings, parseSetting } from "../settings.js";
import { writeWhole } from "../write-whole.js";

const args = {
  config: {
    type: "positional",
    required: false,
    description: "Default: contrastive.config.ts, .js, .mjs or .json",
  },
  out: { type: "string", valueHint: "FILE", description: "Default: views.png" },
  samples: {
    type: "string",
    valueHint: "N",
    description: "Rows, of as many classes as there are; default 8",
  },
  epoch: { type: "string", valueHint: "N", description: "Whose draws, from 0; default 0" },
  set: {
    type: "string",
    valueHint: "PATH=VALUE",
    description: "Change one value; may be given several times",
  },
  ...commonFlags,
} as const;

/** Writes a picture of what the encoder is going to see, before it is normalised. */
export const viewsCommand = defineCommand({
  args,
  async run({ args: given, rawArgs }) {
    const { out = "views.png" } = given;
    if (!out.endsWith(".png")) {
      throw new ContrastiveError({
        who: "contrastive views",
        what: "--out must name a file that ends in .png",
        got: out,
      });
    }
    const samples = countOf("--samples", given.samples ?? "8", 1);
    const epoch = countOf("--epoch", given.epoch ?? "0", 0);
    const path = findConfig(given.config);
    const loader = createPluginLoader([dirname(path), process.cwd()]);
    const settings = valuesOf("set", rawArgs, args).map(parseSetting);
    const input = defineConfig(await applySettings(await loadConfig(path), settings, loader));
    const config = await resolveConfig(await withAutoBackend(input, loader), loader);
    await config.backend?.init();
    const { columns, rows, labels } = await drawViews(config, { samples, epoch });
    await writeWhole(out, contactSheet(rows.flat(), columns.length, { headings: columns, labels }));
    const mixed = config.mix && "; then the same, mixed with the row above (the first with the last)";
    console.log(`wrote ${out}: ${rows.length} samples, ${config.views.length} views of each${mixed ?? ""}`);
  },
});

function countOf(flag: string, text: string, least: number): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new ContrastiveError({
    who: "contrastive views",
    what: `${flag} must be a whole number of at least ${least}`,
    got: text,
  });
}
