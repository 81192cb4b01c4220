import { ContrastiveError } from "@contrastive/core";
import { seededValues } from "@contrastive/testing";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createThread } from "#platform";
import { type Compiled, compileKernels } from "./compile.js";
import { ACTIVE, boardOf, createBoard, type Job } from "./job.js";
import { instantiate } from "./module.js";
import { inOrder, kernelNames } from "./parameters.js";
import { createPool, createPoolOfOne, type Hire, type Pool, poolOf } from "./pool.js";

/** A job that needs scratch memory, in memory that no backend owns. */
const kernel = "transformFilter";
const size = { channels: 64, columns: 1024 };
const addresses = { filter: 1 << 16, packed: 1 << 23 };
const scratch = 1 << 25;

let compiled: Compiled;
let memory: WebAssembly.Memory;
let expected: Float32Array<ArrayBuffer>;
let pool: Pool | undefined;

beforeAll(async () => {
  compiled = await compileKernels(true, true);
  memory = new WebAssembly.Memory({ initial: 1024, maximum: 65_536, shared: true });
  const filter = seededValues("filter", 9 * size.channels * size.columns);
  new Float32Array(memory.buffer, addresses.filter).set(filter);
  createPoolOfOne(compiled.module, memory).run(job());
  expected = take();
  expect(expected.some((value) => value !== 0)).toBe(true);
});

afterEach(() => pool?.dispose());

test.each([2, 3, 5])("%i threads compute what one does, many jobs in a row", async (threads) => {
  pool = await createPool(compiled.module, memory, threads);
  expect(pool.threads).toBe(threads);
  for (let i = 0; i < 50; i++) {
    pool.run(job());
    expectResult();
  }
});

test("a job of no tasks, or of fewer than there are threads, ends", async () => {
  pool = await createPool(compiled.module, memory, 3);
  pool.run({ ...job(), tasks: 0 });
  expect(take().every((value) => value === 0)).toBe(true);
  pool.run({ ...job(), tasks: 2 });
  const two = take();
  createPoolOfOne(compiled.module, memory).run({ ...job(), tasks: 2 });
  expectBits(two, take());
});

describe("a kernel that fails", () => {
  test.each([
    // Only the scratch memory of the other threads lies beyond the end.
    { where: "in another thread", broken: () => ({ ...job(), scratchBytes: 2 ** 30 }) },
    {
      where: "in this thread",
      broken: () => ({ ...job(), scratch: 2 ** 30, scratchBytes: -(2 ** 30) + scratch }),
    },
    { where: "in all threads", broken: () => job({ packed: 2 ** 30 }) },
  ])("$where is an error that names it, and the next job works", async ({ broken }) => {
    pool = await createPool(compiled.module, memory, 2);
    const error = failureOf(pool, broken());
    expect(error).toBeInstanceOf(ContrastiveError);
    expect(String(error)).toContain(`backend "wasm": a thread failed in kernel "${kernel}"`);
    take();
    pool.run(job());
    expectResult();
  });
});

describe("a thread that is lost", () => {
  test("at a job is an error, and the rest is done by the first alone", async () => {
    const { board, others } = await startedThreads();
    pool = poolOf(instantiate(compiled.module, memory), boardOf(board), others, { patience: 0.05 });
    const { run } = pool;
    // One that has entered, and never leaves.
    Atomics.add(boardOf(board).counters, ACTIVE, 1);
    expect(() => run(job())).toThrow(ContrastiveError);
    take();
    run(job());
    expectResult();
  });

  test("between jobs is not missed", async () => {
    const { board, others } = await startedThreads();
    pool = poolOf(instantiate(compiled.module, memory), boardOf(board), others, { patience: 1 });
    for (const thread of others) thread.stop();
    pool.run(job());
    expectResult();
  });
});

test("a pool that is disposed of computes in one thread", async () => {
  pool = await createPool(compiled.module, memory, 2);
  pool.dispose();
  pool.run(job());
  expectResult();
});

test("threads that don't start in time are refused", async () => {
  await expect(createPool(compiled.module, memory, 2, { startPatience: 0.001 })).rejects.toThrow(
    "did not start within 0.001 s",
  );
});

test("threads that fail as they start are refused", async () => {
  // It needs a shared memory, and is given another.
  const unshared = new WebAssembly.Memory({ initial: 1 });
  await expect(createPool(compiled.module, unshared, 2)).rejects.toThrow();
});

function job(changed: Partial<typeof addresses> = {}): Job {
  const { layout, sizes } = instantiate(compiled.module, memory);
  return {
    kernel: kernelNames.indexOf(kernel),
    tasks: size.columns / 8,
    args: inOrder(kernel, { scheme: layout.plain, ...size, ...addresses, ...changed, flipped: 0 }),
    scratch,
    scratchBytes: sizes.filterScratch(),
  };
}

/** What a job throws; again and again, as the first thread may have done all of it before another wakes up. */
function failureOf({ run }: Pool, broken: Job): unknown {
  for (let i = 0; i < 1000; i++) {
    try {
      run(broken);
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

/** Expects what one thread computes, which is cleared. */
function expectResult(): void {
  expectBits(take(), expected);
}

/** As bytes, for speed. */
function expectBits(actual: Float32Array<ArrayBuffer>, wanted: Float32Array<ArrayBuffer>): void {
  expect(Buffer.from(actual.buffer).equals(Buffer.from(wanted.buffer))).toBe(true);
}

/** The result, which is cleared. */
function take(): Float32Array<ArrayBuffer> {
  const bytes = instantiate(compiled.module, memory).sizes.filterBytes(size.channels, size.columns);
  const result = new Float32Array(memory.buffer, addresses.packed, bytes / 4);
  const taken = result.slice();
  result.fill(0);
  return taken;
}

async function startedThreads() {
  const board = createBoard();
  const others = [createThread()];
  const hire: Hire = { module: compiled.module, memory, kernels: kernelNames, board, thread: 1 };
  await others[0].start(hire);
  return { board, others };
}
