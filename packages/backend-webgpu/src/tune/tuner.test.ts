import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../test/gpu.js";
import { createDevice } from "../create-device.js";
import { runProduct } from "../kernels/run-product.js";
import { createDispatcher } from "../runner/dispatcher.js";
import { createRunner } from "../runner/runner.js";
import { matrix } from "../shaders/product/operand.js";
import { product } from "../shaders/product/product.js";
import { tileKey } from "../shaders/product/tiling.js";
import { tunedTiles } from "../shaders/product/tiles.js";
import { createStopwatch, type Stopwatch } from "./stopwatch.js";
import { createTuner } from "./tuner.js";

const [rows, columns, inner] = [20, 12, 640];
const plan = () =>
  product({
    name: "product",
    shape: { batches: 1, rows, columns, inner },
    a: matrix("inner", inner),
    b: matrix("outer", columns),
  });

const backend = () => tf.backend() as WebGPUBackend;

function start(known: ReadonlyMap<string, string> = new Map(), stopwatch?: Stopwatch) {
  const { device } = backend();
  const tiles = tunedTiles(device.limits, known);
  const runner = createRunner(backend(), createDispatcher(backend()), () => {}, { tiles });
  const kept = new Map<string, string>();
  const tuner = createTuner({
    runner,
    tiles,
    stopwatch: stopwatch ?? createStopwatch(device),
    onChoice: (problem, tile) => kept.set(problem, tile),
  });
  const a = tf.tensor1d(seededValues("a", rows * inner));
  const b = tf.tensor1d(seededValues("b", inner * columns));
  return {
    tiles,
    kept,
    async run() {
      const results = runProduct(runner, plan(), { a, b }, [rows, columns]);
      const tensor = tf.engine().makeTensorFromTensorInfo(results);
      const values = await tensor.data();
      tensor.dispose();
      return values;
    },
    async tune() {
      let times = 0;
      for (; tiles.next() !== undefined; times++) {
        tuner.goOn();
        // What is under way is not begun twice.
        tuner.goOn();
        await tuner.idle();
      }
      return times;
    },
    end: () => tf.dispose([a, b]),
  };
}

describeOnGpu("the tuner", () => {
  const clocks = [
    { clock: "its own clock", timestamps: true },
    { clock: "waiting", timestamps: false },
  ];
  test.each(clocks)("finds a tile by $clock, for the programs to come too", async ({ timestamps }) => {
    const { device } = backend();
    if (timestamps && !device.features.has("timestamp-query")) return;
    const open = buffersOf(device);
    const first = start(new Map(), createStopwatch(device, { timestamps }));
    const before = await first.run();
    const problem = first.tiles.next()!;
    const buffers = open.count();
    expect(await first.tune()).toBeGreaterThan(0);
    expect(open.count()).toBe(buffers);
    open.stop();
    expect([...first.kept.keys()]).toEqual([problem.key]);
    expect(problem.candidates.map(tileKey)).toContain(first.kept.get(problem.key));
    expect(await first.run()).toEqual(before);
    expect(first.tiles.next()).toBeUndefined();
    first.end();

    const second = start(first.kept);
    expect(await second.run()).toEqual(before);
    expect(second.tiles.next()).toBeUndefined();
    expect(second.tiles.version).toBe(0);
    second.end();
  });

  test("a tile that is not the rule's changes the version, and no bit", async () => {
    // A clock by which each time is shorter than the one before: the last tile wins.
    let milliseconds = 1000;
    const { tiles, run, tune, kept, end } = start(new Map(), {
      time: async (record) => {
        await createStopwatch(backend().device, { timestamps: false }).time(record);
        return (milliseconds *= 0.9);
      },
      destroy() {},
    });
    const before = await run();
    const { candidates, key } = tiles.next()!;
    expect(await tune()).toBeGreaterThan(candidates.length);
    expect(tiles.version).toBe(1);
    expect(kept.get(key)).not.toBe(tileKey(candidates[0]));
    expect(await run()).toEqual(before);
    end();
  });

  test("a tile that is known and none of the device's is looked for anew", async () => {
    const { tiles, run, end } = start();
    await run();
    const { key } = tiles.next()!;
    end();
    const again = start(new Map([[key, "1024 × 1024 × 1 by 4 × 4"]]));
    await again.run();
    expect(again.tiles.next()?.key).toBe(key);
    again.end();
  });

  test("what fails is done without", async () => {
    const { tiles, run, kept, end } = start(new Map(), {
      time: async () => {
        throw new Error("the GPU was lost");
      },
      destroy() {},
    });
    const before = await run();
    expect(tiles.next()).toBeDefined();
    const { device } = backend();
    const tuner = createTuner({
      runner: createRunner(backend(), createDispatcher(backend()), () => {}, { tiles }),
      tiles,
      onChoice: (problem, tile) => kept.set(problem, tile),
      stopwatch: { time: () => Promise.reject(new Error("the GPU was lost")), destroy() {} },
    });
    const open = buffersOf(device);
    tuner.goOn();
    await tuner.idle();
    tuner.goOn();
    await tuner.idle();
    expect(open.count()).toBe(0);
    open.stop();
    expect(await run()).toEqual(before);
    expect([...kept]).toEqual([]);
    end();
  });

  test("a GPU that is lost meanwhile ends it, and nothing else", async () => {
    const { tiles, run, kept, end } = start();
    const before = await run();
    const { device } = await createDevice();
    const tuner = createTuner({
      runner: { device, adopt: () => expect.unreachable() },
      tiles,
      onChoice: (problem, tile) => kept.set(problem, tile),
    });
    tuner.goOn();
    device.destroy();
    await tuner.idle();
    tuner.goOn();
    await tuner.idle();
    expect(tiles.version).toBe(0);
    expect(await run()).toEqual(before);
    expect([...kept]).toEqual([]);
    end();
  });
});

/** Counts buffers that are made and not destroyed. */
function buffersOf(device: GPUDevice) {
  const create = device.createBuffer;
  let count = 0;
  device.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    const destroy = buffer.destroy;
    count++;
    buffer.destroy = function () {
      count--;
      return destroy.call(this);
    };
    return buffer;
  };
  return {
    count: () => count,
    stop: () => void (device.createBuffer = create),
  };
}
