import { parentPort } from "node:worker_threads";
import { boardOf, serve } from "./job.js";
import { instantiate, tableOf } from "./module.js";
import type { Hire } from "./pool.js";

parentPort!.once("message", ({ module, memory, kernels: names, board, thread }: Hire) => {
  const kernels = tableOf(instantiate(module, memory), names);
  parentPort!.postMessage("ready");
  serve(boardOf(board), kernels, thread);
});
