import { parentPort } from "node:worker_threads";
import { boardOf, serve } from "./job.js";
import { instantiate, tableOf } from "./module.js";
import type { Hire } from "./pool.js";

// This file only ever starts as a worker, which has one.
const port = parentPort!;

port.once("message", ({ module, memory, kernels: names, board, thread }: Hire) => {
  const kernels = tableOf(instantiate(module, memory), names);
  port.postMessage("ready");
  serve(boardOf(board), kernels, thread);
});
