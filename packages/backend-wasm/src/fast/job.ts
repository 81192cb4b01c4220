import type { Kernel } from "./module.js";

/*
 * A job is a kernel with its arguments, of which all threads take tasks until none are left. It lies in memory that they
 * share: counters, each in a cache line of its own, then the arguments as float64.
 */

const LINE = 16;
/** Odd while a job is open, even between jobs. */
export const TURN = 0;
/** The first task that nobody has taken. */
const NEXT = LINE;
/** Threads besides the first that may be at the job. */
export const ACTIVE = 2 * LINE;
/** 0, or 1 + the number of the kernel in which a thread failed. */
const FAILED = 3 * LINE;
/** Read only while the job is open. */
const KERNEL = 4 * LINE;
const TASKS = KERNEL + 1;
/** Tasks that are taken at a time. */
const GRAIN = KERNEL + 2;
const ARGUMENTS = KERNEL + 3;
const COUNTER_BYTES = 4 * 5 * LINE;
/** The scratch memory and its size, then the kernel's own. */
const MOST_VALUES = 40;

/** How many takings an even job falls into for each thread: enough that one that was held up costs little. */
const SHARES = 32;

export interface Board {
  readonly counters: Int32Array;
  readonly values: Float64Array;
}

export interface Job {
  /** Its number in the table of kernels. */
  readonly kernel: number;
  readonly tasks: number;
  readonly args: readonly number[];
  /** Address of the first thread's scratch memory, and bytes of each. */
  readonly scratch: number;
  readonly scratchBytes: number;
}

export function createBoard(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTER_BYTES + 8 * MOST_VALUES);
}

export function boardOf(shared: SharedArrayBuffer): Board {
  return {
    counters: new Int32Array(shared, 0, COUNTER_BYTES / 4),
    values: new Float64Array(shared, COUNTER_BYTES, MOST_VALUES),
  };
}

/** Writes a job and opens it; the one before must be closed. */
export function openJob({ counters, values }: Board, job: Job, threads: number): void {
  counters[KERNEL] = job.kernel;
  counters[TASKS] = job.tasks;
  counters[GRAIN] = Math.max(1, Math.floor(job.tasks / (threads * SHARES)));
  counters[ARGUMENTS] = job.args.length;
  values[0] = job.scratch;
  values[1] = job.scratchBytes;
  values.set(job.args, 2);
  Atomics.store(counters, NEXT, 0);
  Atomics.add(counters, TURN, 1);
  Atomics.notify(counters, TURN);
}

/** Takes tasks of the open job and does them, until none are left. */
export function work({ counters, values }: Board, kernels: readonly Kernel[], thread: number): void {
  const run = kernels[counters[KERNEL]];
  const tasks = counters[TASKS];
  const grain = counters[GRAIN];
  const scratch = values[0] + thread * values[1];
  const args = [...values.subarray(2, 2 + counters[ARGUMENTS])];
  for (;;) {
    const begin = Atomics.add(counters, NEXT, grain);
    if (begin >= tasks) return;
    run(begin, Math.min(begin + grain, tasks), scratch, ...args);
  }
}

/** Lets no thread take more of the job. */
export function closeJob({ counters }: Board): void {
  Atomics.add(counters, TURN, 1);
}

/** Takes part in every job from now on; never returns. */
export function serve(board: Board, kernels: readonly Kernel[], thread: number): never {
  const { counters } = board;
  let seen = 0;
  for (;;) {
    seen = waitForTurn(counters, seen);
    // Entered first and looked at again then: the first thread closes the job first and looks for who has entered then.
    Atomics.add(counters, ACTIVE, 1);
    if (Atomics.load(counters, TURN) % 2 !== 0) {
      try {
        work(board, kernels, thread);
      } catch {
        Atomics.store(counters, FAILED, 1 + counters[KERNEL]);
      }
    }
    if (Atomics.sub(counters, ACTIVE, 1) === 1) Atomics.notify(counters, ACTIVE);
  }
}

/** The number of the kernel in which a thread has failed since the last call, if one has. */
export function takeFailure({ counters }: Board): number | undefined {
  const failed = Atomics.exchange(counters, FAILED, 0);
  return failed === 0 ? undefined : failed - 1;
}

/** Looks this often before it sleeps: a tenth of a millisecond or so, for kernels follow one another closely. */
const LOOKS = 20_000;

function waitForTurn(counters: Int32Array, seen: number): number {
  for (let i = 0; i < LOOKS; i++) {
    const turn = Atomics.load(counters, TURN);
    if (turn !== seen) return turn;
  }
  Atomics.wait(counters, TURN, seen);
  return Atomics.load(counters, TURN);
}
