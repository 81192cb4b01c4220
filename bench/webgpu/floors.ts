import * as tf from "@tensorflow/tfjs";
import { median } from "./numbers.js";
import type { Pass } from "./pass-times.js";
import { settle } from "./settle.js";

/** What this device can do at best, as measured. */
export interface Floors {
  /** Bytes a millisecond, read and written together, of a copy. */
  readonly bandwidth: number;
  /** Floating-point operations a millisecond that touch no memory. */
  readonly arithmetic: number;
  /** … of the best product of square matrices, and their rows. */
  readonly product: number;
  readonly rows: number;
}

export interface FloorOptions {
  readonly copyMiB: number;
  /** GFLOP that touch no memory. */
  readonly gflop: number;
  readonly squares: readonly number[];
  /** The most to spend on tuning each product. */
  readonly seconds: number;
}

type Read = () => Promise<readonly Pass[]>;

const REPEATS = 7;
const THREADS = 256;

export async function measureFloors(
  device: GPUDevice,
  read: Read,
  { copyMiB, gflop, squares, seconds }: FloorOptions,
): Promise<Floors> {
  const bandwidth = await copyRate(device, read, copyMiB * 2 ** 20);
  const arithmetic = await registerRate(device, read, gflop * 1e9);
  const products = [];
  for (const rows of squares) products.push({ rows, product: await productRate(read, rows, seconds) });
  return { bandwidth, arithmetic, ...products.reduce((a, b) => (b.product > a.product ? b : a)) };
}

async function copyRate(device: GPUDevice, read: Read, bytes: number): Promise<number> {
  const body = "if (i < arrayLength(&output)) { output[i] = input[i]; }";
  const milliseconds = await timeShader(device, read, { body, bytes, threads: bytes / 16 });
  return (2 * bytes) / milliseconds;
}

/** Chains of multiplying and adding, eight beside each other so that none waits for itself. */
async function registerRate(device: GPUDevice, read: Read, flops: number): Promise<number> {
  const [chains, rounds] = [Array.from({ length: 8 }, (_, chain) => chain), 512];
  const threads = Math.ceil(flops / (rounds * chains.length * 4 * 2) / THREADS) * THREADS;
  const body = `
  let factor = input[0];
  ${chains.map((chain) => `var sum${chain} = vec4f(f32(i + ${chain}u));`).join("\n")}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${chains.map((chain) => `sum${chain} = fma(sum${chain}, factor, factor);`).join("\n")}
  }
  output[i % arrayLength(&output)] = ${chains.map((chain) => `sum${chain}`).join(" + ")};`;
  const milliseconds = await timeShader(device, read, { body, bytes: 2 ** 20, threads });
  return (threads * rounds * chains.length * 4 * 2) / milliseconds;
}

/** Of a shader in which thread `i` works on buffers of so many bytes. */
async function timeShader(
  device: GPUDevice,
  read: Read,
  { body, bytes, threads }: { readonly body: string; readonly bytes: number; readonly threads: number },
): Promise<number> {
  const code = `
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
@compute @workgroup_size(${THREADS}) fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + thread;
  ${body}
}`;
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  const buffers = [0, 1].map(() => device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE }));
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const groups = Math.ceil(threads / THREADS);
  const down = Math.ceil(groups / 65_535);
  const milliseconds = await time(read, () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(groups / down), down);
    pass.end();
    device.queue.submit([encoder.finish()]);
  });
  for (const buffer of buffers) buffer.destroy();
  return milliseconds;
}

async function productRate(read: Read, rows: number, seconds: number): Promise<number> {
  const [a, b] = [tf.randomNormal<tf.Rank.R2>([rows, rows]), tf.randomNormal<tf.Rank.R2>([rows, rows])];
  const multiply = async () => {
    const c = tf.matMul(a, b);
    // Reading submits it, and lets tiles be tuned.
    const corner = tf.slice(c, [0, 0], [1, 1]);
    await corner.data();
    tf.dispose([c, corner]);
  };
  await settle(multiply, seconds);
  const milliseconds = await time(read, multiply);
  tf.dispose([a, b]);
  return (2 * rows ** 3) / milliseconds;
}

/** The median, over some times, of the milliseconds of the longest pass. */
async function time(read: Read, run: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  await run();
  await read();
  for (let i = 0; i < REPEATS; i++) {
    await run();
    times.push((await read()).reduce((most, { milliseconds }) => Math.max(most, milliseconds), 0));
  }
  return median(times);
}
