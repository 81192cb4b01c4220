import { ContrastiveError } from "@contrastive/core";
import { seededValues } from "@contrastive/testing";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createThread } from "#platform";
import { type Compiled, compileKernels } from "./compile.js";
import { ACTIVE, boardOf, createBoard, type Job } from "./job.js";
import { instantiate } from "./module.js";
import { inOrder, kernelNames } from "./parameters.js";
import { createPool, createPoolOfOne, type Hire, type Pool, poolOf } from "./pool.js";

/** c = a · b, in memory that no backend owns. */
const product = { rows: 2048, columns: 64, depth: 128 };
const addresses = { a: 1 << 16, b: 1 << 21, c: 1 << 22 };
const scratch = 1 << 24;

let compiled: Compiled;
let memory: WebAssembly.Memory;
let expected: Float32Array<ArrayBuffer>;
let pool: Pool | undefined;

beforeAll(async () => {
  compiled = await compileKernels(true, true);
  memory = new WebAssembly.Memory({ initial: 512, maximum: 65_536, shared: true });
  floats(addresses.a, product.rows * product.depth).set(seededValues("a", product.rows * product.depth));
  floats(addresses.b, product.columns * product.depth).set(
    seededValues("b", product.columns * product.depth),
  );
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
    expectProduct();
  }
});

test("a job of no tasks, or of fewer than there are threads, ends", async () => {
  pool = await createPool(compiled.module, memory, 3);
  pool.run({ ...job(), tasks: 0 });
  expect(take().every((value) => value === 0)).toBe(true);
  pool.run({ ...job(), tasks: 2 });
  const first = take();
  expect(first.subarray(0, 64)).toEqual(expected.subarray(0, 64));
  expect(first.at(-1)).toBe(0);
});

describe("a kernel that fails", () => {
  test.each([
    // Only the scratch memory of the other threads lies beyond the end.
    { where: "in another thread", broken: () => ({ ...job(), scratchBytes: 2 ** 30 }) },
    {
      where: "in this thread",
      broken: () => ({ ...job(), scratch: 2 ** 30, scratchBytes: -(2 ** 30) + scratch }),
    },
    { where: "in all threads", broken: () => job({ c: 2 ** 30 }) },
  ])("$where is an error that names it, and the next job works", async ({ broken }) => {
    pool = await createPool(compiled.module, memory, 2);
    const error = failureOf(pool, broken());
    expect(error).toBeInstanceOf(ContrastiveError);
    expect(String(error)).toContain(`backend "wasm": a thread failed in kernel "matrixProduct"`);
    take();
    pool.run(job());
    expectProduct();
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
    expectProduct();
  });

  test("between jobs is not missed", async () => {
    const { board, others } = await startedThreads();
    pool = poolOf(instantiate(compiled.module, memory), boardOf(board), others, { patience: 1 });
    for (const thread of others) thread.stop();
    pool.run(job());
    expectProduct();
  });
});

test("a pool that is disposed of computes in one thread", async () => {
  pool = await createPool(compiled.module, memory, 2);
  pool.dispose();
  pool.run(job());
  expectProduct();
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
  const { rows, columns } = product;
  return {
    kernel: kernelNames.indexOf("matrixProduct"),
    tasks: Math.ceil(rows / layout.blockRows) * Math.ceil(columns / layout.blockColumns),
    args: inOrder("matrixProduct", { ...product, ...addresses, ...changed, transposed: 0, accumulate: 0 }),
    scratch,
    scratchBytes: sizes.blockScratch(),
  };
}

function floats(address: number, length: number): Float32Array {
  return new Float32Array(memory.buffer, address, length);
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

/** Expects the bits of the product, which is cleared. */
function expectProduct(): void {
  // As bytes, for speed.
  expect(Buffer.from(take().buffer).equals(Buffer.from(expected.buffer))).toBe(true);
}

/** The result, which is cleared. */
function take(): Float32Array<ArrayBuffer> {
  const c = floats(addresses.c, product.rows * product.columns);
  const taken = c.slice();
  c.fill(0);
  return taken;
}

async function startedThreads() {
  const board = createBoard();
  const others = [createThread()];
  const hire: Hire = { module: compiled.module, memory, kernels: kernelNames, board, thread: 1 };
  await others[0].start(hire);
  return { board, others };
}
