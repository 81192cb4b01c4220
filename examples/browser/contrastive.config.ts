import { wasm } from "@contrastive/backend-wasm";
import { webgpu } from "@contrastive/backend-webgpu";
import { firstAvailable } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { pipeline } from "./pipeline.js";

/** The page's pipeline at the page's defaults, for the command in Node. */
export default pipeline({
  backend: firstAvailable([webgpu(), wasm()]),
  data: synthetic({ classes: 5, size: 16 }),
});
