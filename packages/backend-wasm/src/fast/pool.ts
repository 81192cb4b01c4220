import { ContrastiveError } from "@contrastive/core";
import { createThread, maySleep } from "#platform";
import type { Thread } from "../platform.js";
import {
  ACTIVE,
  type Board,
  boardOf,
  closeJob,
  createBoard,
  type Job,
  openJob,
  takeFailure,
  work,
} from "./job.js";
import { instantiate, type Kernel, type KernelModule, tableOf } from "./module.js";
import { kernelNames } from "./parameters.js";

/** Threads that do jobs together. */
export interface Pool {
  /** Of which the calling one is the first. */
  readonly threads: number;
  readonly module: KernelModule;
  /** Does all tasks of a job, and returns when they are done. */
  run(job: Job): void;
  /** Stops the other threads; the first can go on alone. */
  dispose(): void;
}

/** What a thread is told when it starts. */
export interface Hire {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Names of the kernels, in the order that numbers them. */
  readonly kernels: readonly string[];
  readonly board: SharedArrayBuffer;
  readonly thread: number;
}

export interface PoolOptions {
  /** Seconds without a sign of the others after which a job counts as lost. Tasks take milliseconds. */
  readonly patience?: number;
  /** Seconds in which all threads must have started. */
  readonly startPatience?: number;
}

/** The calling thread alone. */
export function createPoolOfOne(compiled: WebAssembly.Module, memory: WebAssembly.Memory): Pool {
  const module = instantiate(compiled, memory);
  const kernels = tableOf(module, kernelNames);
  return { threads: 1, module, run: (job) => alone(kernels, job), dispose() {} };
}

/** Threads on a shared memory. Rejects if one can't be started in time. */
export async function createPool(
  compiled: WebAssembly.Module,
  memory: WebAssembly.Memory,
  threads: number,
  options: PoolOptions = {},
): Promise<Pool> {
  const board = createBoard();
  const others: Thread[] = [];
  try {
    // One by one, as creating one may throw.
    while (others.length < threads - 1) others.push(createThread());
    const started = others.map((thread, i) => {
      const hire: Hire = { module: compiled, memory, kernels: kernelNames, board, thread: i + 1 };
      return thread.start(hire);
    });
    await within(options.startPatience ?? 10, Promise.all(started));
  } catch (error) {
    for (const thread of others) thread.stop();
    throw error;
  }
  return poolOf(instantiate(compiled, memory), boardOf(board), others, options);
}

export function poolOf(
  module: KernelModule,
  board: Board,
  others: readonly Thread[],
  { patience = 60 }: PoolOptions = {},
): Pool {
  const threads = 1 + others.length;
  const kernels = tableOf(module, kernelNames);
  let lost = false;

  function dispose(): void {
    for (const thread of others) thread.stop();
    lost = true;
  }

  function giveUp(kernel: number): never {
    // Before anything else: a thread that wakes up later would write into memory that is no longer its own.
    dispose();
    throw new ContrastiveError({
      who: `backend "wasm"`,
      what: `a thread did not come back from kernel "${kernelNames[kernel]}" within ${patience} s`,
      fix: "The step is lost; what follows runs on one thread. Start the program again, with fewer threads",
    });
  }

  return {
    threads,
    module,
    dispose,
    run(job) {
      if (lost || job.tasks === 1) {
        alone(kernels, job);
        return;
      }
      openJob(board, job, threads);
      let failure: unknown;
      try {
        work(board, kernels, 0);
      } catch (error) {
        failure = error;
      }
      closeJob(board);
      if (!othersLeave(board, patience)) giveUp(job.kernel);
      const failed = takeFailure(board) ?? (failure === undefined ? undefined : job.kernel);
      if (failed === undefined) return;
      throw new ContrastiveError({
        who: `backend "wasm"`,
        what: `a thread failed in kernel "${kernelNames[failed]}"`,
        fix: "This is a bug of the kernel; please report the shapes and options of the run",
        cause: failure,
      });
    },
  };
}

/** Rejects if that takes longer than this many seconds. */
async function within(seconds: number, done: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`They did not start within ${seconds} s.`)), 1000 * seconds);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

function alone(kernels: readonly Kernel[], { kernel, tasks, scratch, args }: Job): void {
  kernels[kernel](0, tasks, scratch, ...args);
}

/** Looks this often before it sleeps. */
const LOOKS = 20_000;

/** Waits until no other thread is at the job; false if that takes longer than `patience` seconds. */
function othersLeave({ counters }: Board, patience: number): boolean {
  let end = 0;
  for (;;) {
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(counters, ACTIVE) === 0) return true;
    const now = performance.now();
    if (end === 0) end = now + 1000 * patience;
    if (now > end) return false;
    // A page's own thread may not sleep, and looks on.
    if (maySleep) Atomics.wait(counters, ACTIVE, Atomics.load(counters, ACTIVE) || 1, 100);
  }
}
