import { Worker } from "node:worker_threads";
import type { PackedBatch } from "./run-batch.js";
import type { ToWorker } from "./worker.js";

/** Threads that run batches of image programs. */
export interface Crew {
  /** Has one of the threads run a batch, after what it was given before. Rejects if the thread dies. */
  run(thread: number, batch: PackedBatch, values: Float32Array<SharedArrayBuffer>): Promise<void>;
  /** Ends the threads; what they were at is rejected with this error. */
  stop(error: Error): Promise<void>;
}

interface Job {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Threads, by number, that start with their first batch, and anew after they died.
 *
 * They keep a program from ending only while they are at something.
 */
export function createCrew(module: WebAssembly.Module): Crew {
  const members: Member[] = [];

  return {
    run(thread, batch, values) {
      if (members[thread]?.alive() !== true) members[thread] = hire(module);
      return members[thread].run(batch, values);
    },
    async stop(error) {
      await Promise.all(members.map((member) => member.stop(error)));
    },
  };
}

interface Member {
  alive(): boolean;
  run(batch: PackedBatch, values: Float32Array<SharedArrayBuffer>): Promise<void>;
  stop(error: Error): Promise<unknown>;
}

function hire(module: WebAssembly.Module): Member {
  // By way of `dist`, so that it is found from the sources as well; without the program's own switches, some of which refuse workers.
  const worker = new Worker(new URL("../../dist/images/worker.js", import.meta.url), {
    workerData: module,
    execArgv: [],
  });
  // In the order in which the thread does them.
  const jobs: Job[] = [];
  let alive = true;

  function end(error: Error): void {
    alive = false;
    for (const job of jobs.splice(0)) job.reject(error);
  }

  worker.on("message", () => {
    jobs.shift()?.resolve();
    if (jobs.length === 0) worker.unref();
  });
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`it stopped with code ${code}`)));

  return {
    alive: () => alive,
    run: (batch, values) =>
      new Promise((resolve, reject) => {
        jobs.push({ resolve, reject });
        worker.ref();
        worker.postMessage({ batch, values } satisfies ToWorker, [batch.table.buffer, batch.bytes.buffer]);
      }),
    stop(error) {
      end(error);
      return worker.terminate();
    },
  };
}
