import type { PairTileInputs, TripletTileAttributes } from "@contrastive/ops";
import { kernel } from "../../kernels/kernel.js";
import { runtimeOf } from "../fast-kernel.js";
import { tileArguments } from "../pairs/tile.js";

/** In the order of their numbers in the compiled kernel. */
const minings = ["all", "semi-hard", "hard"] as const;

/** Kernel `TripletSumsOfTile` of @contrastive/ops. */
export const tripletSumsOfTile = kernel<keyof PairTileInputs, TripletTileAttributes>(
  "TripletSumsOfTile",
  ({ inputs, attrs, backend, stock }) => {
    const runtime = runtimeOf(backend);
    if (runtime === undefined) return stock();
    const outputs = Array.from({ length: 3 }, () => runtime.output([inputs.products.shape[0]]));
    const { tasks, tile } = tileArguments(runtime, inputs, attrs);
    const [sums, active, possible] = outputs.map(runtime.addressOf);
    const to = { sums, active, possible, dSums: 0, forces: 0 };
    const args = { ...tile, ...miningArguments(attrs), ...to };
    runtime.run("tripletSums", tasks, args, runtime.sizes.tripletScratch(tile.columns));
    return outputs;
  },
);

/** Kernel `TripletSumsOfTileGrad` of @contrastive/ops. */
export const tripletSumsOfTileGrad = kernel<keyof PairTileInputs | "dSums", TripletTileAttributes>(
  "TripletSumsOfTileGrad",
  ({ inputs, attrs, backend, stock }) => {
    const runtime = runtimeOf(backend);
    if (runtime === undefined) return stock();
    const out = runtime.output(inputs.products.shape);
    const { tasks, tile } = tileArguments(runtime, inputs, attrs);
    const from = { sums: 0, active: 0, possible: 0, dSums: runtime.addressOf(inputs.dSums) };
    const args = { ...tile, ...miningArguments(attrs), ...from, forces: runtime.addressOf(out) };
    runtime.run("tripletSums", tasks, args, runtime.sizes.tripletScratch(tile.columns));
    return out;
  },
);

function miningArguments({ mining, margin, hinge }: TripletTileAttributes) {
  return { mining: minings.indexOf(mining), margin, softplus: hinge === "softplus" ? 1 : 0 };
}
