import { applyImagePrograms, createReplayer, registerRecorder } from "@contrastive/ops";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRecorder } from "../src/recorder/record.js";
import { createDispatcher } from "../src/runner/dispatcher.js";
import { createRunner } from "../src/runner/runner.js";
import { byRule } from "../src/shaders/product/tiles.js";
import { counting } from "./counting.js";
import { describeOnGpu } from "./gpu.js";
import { inMixed } from "./half.js";

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Function = (inputs: Tensors) => Tensors;

const keepEach = (tensors: Tensors) => {
  for (const tensor of Object.values(tensors)) tf.keep(tensor);
  return tensors;
};

/** `relu(x · w) + 3`, and what is returned otherwise. */
const mixed: Function = ({ x, w }) => {
  const { y, twin, constant } = tf.tidy(() => {
    const product = tf.relu(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D));
    const y = tf.keep(tf.add(product, tf.mul(tf.scalar(1.5), tf.tensor1d([2]))));
    return keepEach({ y, twin: tf.reshape(y, [-1]), constant: tf.tensor1d([4, 5]) });
  });
  return { y, twin, constant, w, shared: tf.reshape(x, [-1]) };
};

interface Call {
  readonly values: Record<string, number[]>;
  readonly ran: boolean;
  readonly dispatches: number;
  readonly uploads: number;
}

/** Calls `f` through a replayer with inputs of these rows, other values each time. */
function calling(f: (inputs: Tensors, spoil: () => void) => Tensors) {
  const replayer = createReplayer();
  const w = tf.keep(tf.tensor2d([1, -2, 3, 0.5, -0.5, 2], [3, 2]));
  let calls = 0;
  const call = async (rows: number): Promise<Call> => {
    calls++;
    const x = tf.tensor2d(
      Array.from({ length: rows * 3 }, (_, i) => Math.sin(i * calls)),
      [rows, 3],
    );
    let ran = false;
    const { result, dispatches, uploads } = counting(() =>
      replayer.run({ x, w }, (spoil) => {
        ran = true;
        return f({ x, w }, spoil);
      }),
    );
    const values: Record<string, number[]> = {};
    for (const [name, tensor] of Object.entries(result)) values[name] = [...(await tensor.data())];
    const plain = f({ x, w }, () => {});
    for (const [name, tensor] of Object.entries(plain)) {
      expect(result[name].shape).toEqual(tensor.shape);
      expect(values[name]).toEqual([...(await tensor.data())]);
    }
    for (const tensor of new Set([...Object.values(result), ...Object.values(plain), x])) {
      if (tensor !== w) tensor.dispose();
    }
    return { values, ran, dispatches, uploads: uploads.length };
  };
  const end = () => {
    replayer.dispose();
    w.dispose();
  };
  return { call, end };
}

const rowsOf = async (call: (rows: number) => Promise<Call>, rows: readonly number[]) => {
  const ran: boolean[] = [];
  for (const count of rows) ran.push((await call(count)).ran);
  return ran;
};

describeOnGpu("a replay", () => {
  test("gives what the function gives, from the third call on without running it", async () => {
    const before = tf.memory().numTensors;
    const { call, end } = calling(mixed);
    const calls = [];
    for (let i = 0; i < 5; i++) calls.push(await call(4));
    expect(calls.map(({ ran }) => ran)).toEqual([true, true, false, false, false]);
    expect(calls[0].values.y).not.toEqual(calls[4].values.y);
    // Constants stay on the GPU.
    expect(calls[4].uploads).toBe(1);
    expect(calls[4].dispatches).toBe(calls[0].dispatches);
    end();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("is for inputs of the same shape", async () => {
    const { call, end } = calling(mixed);
    const ran = await rowsOf(call, [4, 4, 4, 5, 4, 5, 4, 5, 5, 5, 4, 4]);
    expect(ran.map(Number).join("")).toBe("110101011011");
    end();
  });

  test("is for the precision that it was recorded in", async () => {
    const { call, end } = calling(({ x, w }) => {
      const convolved = tf.tidy(() => {
        const filter = tf.reshape<tf.Rank.R4>(tf.tile(w, [1, 2]), [1, 1, 3, 4]);
        return tf.conv2d(tf.reshape<tf.Rank.R4>(x, [1, -1, 1, 3]), filter, 1, "valid");
      });
      return { convolved: tf.keep(convolved) };
    });
    const ran = [await inMixed(() => rowsOf(call, [4, 4, 4])), await rowsOf(call, [4, 4, 4])];
    expect(ran.flat().map(Number).join("")).toBe("110110");
    end();
  });

  test("may be dropped before what it encoded is submitted", async () => {
    const replayer = createReplayer();
    const x = tf.tensor1d([1, -2, 3]);
    const run = () => replayer.run({ x }, () => ({ y: tf.tidy(() => tf.add(tf.relu(x), 1)) })).y;
    const [first, second, third] = [run(), run(), run()];
    replayer.dispose();
    expect([...(await third.data())]).toEqual([2, 1, 4]);
    tf.dispose([x, first, second, third]);
  });

  test.each<[string, (inputs: Tensors, spoil: () => void) => Tensors]>([
    [
      "says so",
      (inputs, spoil) => {
        spoil();
        return mixed(inputs);
      },
    ],
    [
      "draws from Math.random",
      (inputs) => {
        Math.random();
        return mixed(inputs);
      },
    ],
  ])("is not for a function that %s", async (_, f) => {
    const { call, end } = calling(f);
    expect(await rowsOf(call, [4, 4, 4, 4])).toEqual([true, true, true, true]);
    end();
  });

  test("is not for a function that keeps a tensor, or uses one from elsewhere", async () => {
    const own: tf.Tensor[] = [];
    const keeping: Function = ({ x }) => {
      own.push(tf.mul(x, 2));
      return { y: tf.add(own.at(-1)!, 1) };
    };
    const elsewhere = tf.tensor1d([1, 2, 3]);
    await elsewhere.square().data();
    for (const f of [keeping, ({ x }: Tensors) => ({ y: tf.mul(x, elsewhere) })]) {
      const { call, end } = calling(f);
      expect(await rowsOf(call, [4, 4, 4])).toEqual([true, true, true]);
      end();
    }
    // What it kept has its values still.
    expect((await own[1].data()).length).toBe(12);
    tf.dispose([own, elsewhere]);
  });

  test("is not for a function that makes images of bytes", async () => {
    const output = { height: 1, width: 1, channels: 3 };
    const image = { ...output, data: Uint8Array.of(0, 51, 255) };
    const f: Function = ({ x }) => ({
      y: tf.tidy(() => tf.add(x, applyImagePrograms([image], [{ output, steps: [] }]).reshape([3]))),
    });
    const { call, end } = calling(f);
    expect(await rowsOf(call, [4, 4, 4])).toEqual([true, true, true]);
    end();
  });

  test("leaves a function that throws to throw, and what comes after it right", async () => {
    let calls = 0;
    const f: Function = (inputs) => {
      const result = mixed(inputs);
      if (++calls !== 3) return result;
      tf.dispose([result.y, result.twin, result.constant, result.shared]);
      throw new Error("no");
    };
    const { call, end } = calling(f);
    await call(4);
    await expect(call(4)).rejects.toThrow("no");
    expect((await call(4)).ran).toBe(true);
    end();
  });

  test("is of the tiles that are known: when one changes, the function is recorded anew", async () => {
    const backend = tf.backend() as WebGPUBackend;
    const tiles = { ...byRule, version: 0 };
    const dispatcher = createDispatcher(backend);
    const runner = createRunner(backend, dispatcher, () => {}, { tiles });
    registerRecorder(
      "webgpu",
      createRecorder(backend, runner, dispatcher, () => {}),
    );
    const { call, end } = calling(mixed);
    expect(await rowsOf(call, [4, 4, 4])).toEqual([true, true, false]);
    tiles.version++;
    expect(await rowsOf(call, [4, 4, 4])).toEqual([true, true, false]);
    end();
  });
});
