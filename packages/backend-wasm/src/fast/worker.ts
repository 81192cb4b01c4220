// A thread in a browser; `worker.node.ts` is the same in Node.
import { boardOf, serve } from "./job.js";
import { instantiate, tableOf } from "./module.js";
import type { Hire } from "./pool.js";

self.addEventListener("message", ({ data }: MessageEvent<Hire>) => {
  const kernels = tableOf(instantiate(data.module, data.memory), data.kernels);
  self.postMessage("ready");
  serve(boardOf(data.board), kernels, data.thread);
});
