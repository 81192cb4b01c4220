import { ContrastiveError } from "@contrastive/core";
import { loadEncoder } from "@contrastive/train";
import { defineCommand } from "citty";
import { commonFlags } from "../command-line.js";
import { encodeNpy } from "../npy.js";
import { readImages } from "../read-images.js";
import { openStoredRun } from "../stored-run.js";
import { writeWhole } from "../write-whole.js";

export const embedCommand = defineCommand({
  args: {
    run: { type: "positional", required: true, description: "The run's folder" },
    images: {
      type: "positional",
      required: true,
      description: "A .npy of uint8 [n, h, w, c], a PNG, or a folder of PNGs",
    },
    out: {
      type: "string",
      valueHint: "FILE",
      description: ".npy: float32 [n, dim]; .csv: with a name a row",
    },
    ...commonFlags,
  },
  async run({ args: { run: folder, images: path, out } }) {
    if (out === undefined || !/\.(npy|csv)$/.test(out)) {
      throw new ContrastiveError({
        who: "contrastive embed",
        what: "--out must name a file that ends in .npy or .csv",
        got: out,
      });
    }
    const { names, images } = await readImages(path);
    const { run } = await openStoredRun(folder);
    const encoder = await loadEncoder(run);
    const embeddings = await encoder.embed(images);
    const values = await embeddings.data<"float32">();
    const { dim } = encoder;
    embeddings.dispose();
    encoder.dispose();
    const shape = [images.length, dim];
    await writeWhole(
      out,
      out.endsWith(".npy") ? encodeNpy({ shape, data: values }) : toCsv(names, values, dim),
    );
    console.log(`wrote ${out}: ${images.length} rows of ${dim}`);
  },
});

function toCsv(names: readonly string[], values: Float32Array, dim: number): string {
  const head = ["image", ...Array.from({ length: dim }, (_, i) => `r${i}`)].join(",");
  const rows = names.map((name, i) => [quote(name), ...values.subarray(i * dim, (i + 1) * dim)].join(","));
  return `${[head, ...rows].join("\n")}\n`;
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
