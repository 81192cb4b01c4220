import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { batchNormTraining } from "@contrastive/ops";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, it, test } from "vitest";
import { compileKernels } from "./fast/compile.js";
import { runtimeOf, setRuntime } from "./fast/fast-kernel.js";
import { kernelNames } from "./fast/parameters.js";
import { createPool } from "./fast/pool.js";
import { createRuntime } from "./fast/runtime.js";
import { wasm } from "./index.js";

const folder = fileURLToPath(new URL("..", import.meta.url));

describe("the number of threads", () => {
  it.each([0, -1, 1.5, 65, "many"])("may not be %j", (threads) => {
    expect(() => wasm({ threads: threads as number })).toThrow(/backend "wasm": threads must be/);
  });

  it("is that of the processors, at most 16, if it is not said", async () => {
    const threads = Math.min(16, availableParallelism());
    expect((await wasm().init()).device).toBe(
      `WebAssembly relaxed SIMD, ${threads} thread${threads === 1 ? "" : "s"}`,
    );
  });

  it("can be changed, and said again", async () => {
    const [first] = await stepOn({ threads: 3 });
    const [second] = await stepOn({ threads: 3 });
    expect((await wasm({ threads: 3 }).init()).device).toContain("3 threads");
    expect(second).toBe(first);
  });
});

describe.each([
  { name: "fast", options: {} },
  { name: "without Winograd", options: { winograd: false } },
  { name: "deterministic", options: { deterministic: true } },
])("a training step, $name", ({ options }) => {
  let alone: readonly string[];
  beforeAll(async () => void (alone = await stepOn({ ...options, threads: 1 })));

  it.each([2, 3])("has the same bits with %i threads as with one", async (threads) => {
    expect(await stepOn({ ...options, threads })).toEqual(alone);
  });
});

test("deterministic does without relaxed SIMD, whatever else is said", async () => {
  const { device } = await wasm({ deterministic: true, relaxedSimd: true, threads: 2 }).init();
  expect(device).toBe("WebAssembly SIMD, 2 threads");
});

test("the step has tasks for several threads in every kind of kernel", async () => {
  const ran = new Set<string>();
  for (const winograd of [true, false]) {
    await wasm({ threads: 1, winograd }).init();
    const backend = tf.backend() as BackendWasm;
    const { memory } = (backend.wasm as unknown as { asm: { memory: WebAssembly.Memory } }).asm;
    const pool = await createPool((await compileKernels(true, true)).module, memory, 2);
    const recorded: typeof pool = {
      ...pool,
      run(job) {
        if (job.tasks > 1) ran.add(kernelNames[job.kernel]);
        pool.run(job);
      },
    };
    setRuntime(backend, createRuntime(backend, memory, recorded, winograd));
    await step();
    runtimeOf(backend)?.dispose();
  }
  expect([...ran]).toEqual(
    expect.arrayContaining([
      "add",
      "batchNormApply",
      "batchNormGradientInput",
      "batchNormGradientSums",
      "batchNormStatistics",
      "combine",
      "convolve",
      "convolveFilter",
      "batchProduct",
      "packColumns",
      "packTransposedColumns",
      "transformFilter",
      "winograd",
      "winogradGradientProducts",
      "winogradGradientTiles",
    ]),
  );
});

describe("a program", () => {
  it("ends by itself, with threads that wait", () => {
    expect(program("")).toEqual(["WebAssembly relaxed SIMD, 2 threads", "36"]);
  });

  // The switch turns SSE 4.1 off, which V8 needs for SIMD.
  it.skipIf(process.arch !== "x64")(
    `computes without SIMD where there is none${process.arch === "x64" ? "" : " (skipped: made for x64)"}`,
    () => expect(program("", "--no-enable-sse4-1")).toEqual(["WebAssembly without SIMD, 1 thread", "36"]),
  );

  it("takes plain SIMD where there is no relaxed SIMD", () => {
    const without = `const { validate } = WebAssembly;
      WebAssembly.validate = (binary) => binary.length < 4096 && validate(binary);`;
    expect(program(without)).toEqual(["WebAssembly SIMD, 2 threads", "36"]);
  });

  it("computes in one thread where memory can't be shared", () => {
    expect(program("delete globalThis.SharedArrayBuffer;")).toEqual([
      "WebAssembly relaxed SIMD, 1 thread",
      "36",
    ]);
  });
});

async function stepOn(options: Parameters<typeof wasm>[0]): Promise<readonly string[]> {
  await wasm(options).init();
  return step();
}

/** The bits of a small network's loss and gradients, and of what an optimizer makes of them. */
async function step(): Promise<readonly string[]> {
  const weights: tf.Tensor[] = [
    normal([8, 16, 16, 16]),
    normal([3, 3, 16, 48]),
    normal([3, 3, 48, 40]),
    normal([1, 1, 40, 40]),
    normal([64 * 40, 130]),
    normal([48]),
    normal([48]),
  ];
  const { value, grads } = tf.valueAndGrads((...xs: tf.Tensor[]) => network(xs))(weights);
  const updated = tf
    .engine()
    .runKernel(
      "LinearCombination",
      Object.fromEntries(weights.flatMap((w, i) => [[`x${i}`, w] as const, [`y${i}`, grads[i]] as const])),
      { a: 1, b: -0.1 },
    ) as tf.Tensor[];
  const results = [value, ...grads, ...updated];
  const bits = await Promise.all(results.map(async (tensor) => hash(await tensor.data())));
  tf.dispose([weights, results]);
  return bits;
}

function normal(shape: number[]): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", shape.length);
}

/** FNV-1a, and the number of values, none of which may be NaN. */
function hash(values: ArrayLike<number> & { buffer: ArrayBufferLike }): string {
  expect(Array.prototype.every.call(values, Number.isFinite)).toBe(true);
  const bytes = new Uint8Array(values.buffer);
  return `${values.length} ${bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 16_777_619), 2_166_136_261) >>> 0}`;
}

function network([x, first, second, third, last, scale, offset]: tf.Tensor[]): tf.Scalar {
  const a = batchNormTraining(
    { x: tf.conv2d(x as tf.Tensor4D, first as tf.Tensor4D, 1, "same"), scale, offset },
    { epsilon: 1e-5, relu: true },
  ).y as tf.Tensor4D;
  // Used twice: its gradients are added.
  const b = tf.conv2d(tf.add<tf.Tensor4D>(a, tf.relu(a)), second as tf.Tensor4D, 2, "same");
  const c = tf.conv2d(b, third as tf.Tensor4D, 1, "same");
  return tf.sum(tf.square(tf.matMul(tf.reshape(tf.add(b, c), [8, -1]), last as tf.Tensor2D)));
}

/** Runs what was built; prints what computes, and a gradient. */
function program(before: string, ...flags: string[]): string[] {
  const text = `${before}
    const tf = await import("@tensorflow/tfjs");
    const { wasm } = await import("@contrastive/backend-wasm");
    console.log((await wasm({ threads: 2 }).init()).device);
    const gradient = tf.grad((f) => tf.conv2d(tf.ones([1, 6, 6, 1]), f, 1, "same"))(tf.ones([1, 1, 1, 1]));
    console.log(...(await gradient.data()));`;
  const output = execFileSync(process.execPath, [...flags, "--input-type=module", "-e", text], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
    timeout: 60_000,
  });
  return output.trim().split("\n").slice(-2);
}
