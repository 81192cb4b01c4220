import * as tf from "@tensorflow/tfjs";
import {
  type Backend,
  ContrastiveError,
  createRng,
  describe as describePlugin,
  type Encoder,
  type Head,
  type ImageShape,
  type Network,
  notReproducible,
  type Params,
} from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "./compare.js";
import { cpu } from "./cpu.js";
import { expectNoLeak } from "./leaks.js";

interface NetworkConformanceOptions<Plugin> {
  /** The factory, to check that the options rebuild the network and that an unknown one is refused. */
  readonly factory?: (options: never) => Plugin;
  /** Where the tests run; default `cpu()`. */
  readonly backend?: Backend;
}

export interface EncoderConformanceOptions extends NetworkConformanceOptions<Encoder> {
  /** The images to test with, as small as the encoder makes sense for; default 8×8 pixels of 3 channels. */
  readonly input?: ImageShape;
  /** Images that the encoder must refuse, beside those with a channel too many; default none. */
  readonly refused?: readonly ImageShape[];
}

export interface HeadConformanceOptions extends NetworkConformanceOptions<Head> {
  /** Size of the representation to test with; default 12. */
  readonly input?: number;
}

/**
 * Registers tests of all that an `Encoder` promises: plain options that rebuild it, weights drawn from the given stream
 * and nowhere else, distinct names, `[batch, dim]` out, equal results for equal arguments, buffers that advance in
 * training only, samples that do not see each other in evaluation, a gradient for every weight, errors that name the
 * encoder, and no tensor left behind.
 *
 * ```ts
 * encoderConformance("resnet8", () => resnet8(), { factory: resnet8, refused: [{ height: 2, width: 8, channels: 3 }] });
 * ```
 */
export function encoderConformance(
  name: string,
  make: () => Encoder,
  { input = { height: 8, width: 8, channels: 3 }, refused = [], ...options }: EncoderConformanceOptions = {},
): void {
  const { height, width, channels } = input;
  networkConformance("encoder", name, make, options, {
    shape: input,
    inputs: (batch) => noise([batch, height, width, channels], 1) as tf.Tensor4D,
    wrong: [{ ...input, channels: channels + 1 }, ...refused].map((shape) => [
      `${shape.height}×${shape.width}×${shape.channels}`,
      () => noise([2, shape.height, shape.width, shape.channels], 1) as tf.Tensor4D,
    ]),
  });
}

/**
 * Registers tests of all that a `Head` promises: see `encoderConformance`.
 *
 * ```ts
 * headConformance("projection", () => projectionHead({ out: 5 }), { factory: projectionHead });
 * ```
 */
export function headConformance(
  name: string,
  make: () => Head,
  { input = 12, ...options }: HeadConformanceOptions = {},
): void {
  networkConformance("head", name, make, options, {
    shape: input,
    inputs: (batch) => noise([batch, input], 1) as tf.Tensor2D,
    wrong: [[`a representation of ${input + 1}`, () => noise([2, input + 1], 1) as tf.Tensor2D]],
  });
}

interface Subject<Input, Shape> {
  readonly shape: Shape;
  readonly inputs: (batch: number) => Input;
  readonly wrong: readonly (readonly [what: string, make: () => Input])[];
}

function networkConformance<Input extends tf.Tensor, Shape>(
  kind: string,
  name: string,
  make: () => Network<Input, Shape>,
  { factory, backend = cpu() }: NetworkConformanceOptions<Network<Input, Shape>>,
  { shape, inputs, wrong }: Subject<Input, Shape>,
): void {
  const batch = 4;
  const start = (network: Network<Input, Shape>, seed = 7) => network.init(createRng(seed), shape);

  /** One pass on a fresh start, as numbers. */
  async function pass(network: Network<Input, Shape>, training: boolean) {
    const { weights, buffers } = start(network);
    const x = inputs(batch);
    const output = network.forward(weights, x, { training, buffers, rng: createRng(3) });
    const result = { embeddings: [...(await output.embeddings.data())], buffers: await read(output.buffers) };
    dispose(weights, buffers, output.buffers, { x, embeddings: output.embeddings });
    return result;
  }

  describe(`${kind} conformance: ${name} (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    it("has a name, and options that JSON can hold", () => {
      const network = make();
      expect(network.name).not.toBe("");
      if (network.source === undefined) return;
      const described = describePlugin(network);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(notReproducible(described)).toEqual([]);
    });

    it.runIf(factory)("is rebuilt by its options, and refuses an unknown one by name", async () => {
      const first = make();
      const again = factory!(first.options as never);
      expect(describePlugin(again)).toEqual(describePlugin(first));
      expect(again.dim).toBe(first.dim);
      expect(await pass(again, true)).toEqual(await pass(first, true));
      expect(() => factory!({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
    });

    it("starts from the stream it is given, and from nothing else", async () => {
      const network = make();
      const [one, same, other] = [start(network), start(network), start(network, 8)];
      expect(await read(same.weights)).toEqual(await read(one.weights));
      expect(await read(same.buffers)).toEqual(await read(one.buffers));
      expect(await read(other.weights)).not.toEqual(await read(one.weights));
      for (const each of [one, same, other]) dispose(each.weights, each.buffers);
    });

    it("starts with finite float32 tensors, no name of which is both a weight's and a buffer's", async () => {
      const { weights, buffers } = start(make());
      expect(Object.keys(weights)).not.toEqual([]);
      expect(Object.keys(weights).filter((key) => key in buffers)).toEqual([]);
      for (const [key, tensor] of Object.entries({ ...weights, ...buffers })) {
        expect(tensor.dtype, key).toBe("float32");
        expect(await isFinite(tensor), key).toBe(true);
      }
      dispose(weights, buffers);
    });

    it.each([true, false])("gives equal results for equal arguments: training %s", async (training) => {
      const network = make();
      const first = await pass(network, training);
      expect(first.embeddings.every(Number.isFinite)).toBe(true);
      // A pass with other weights in between must leave no trace.
      const other = start(network, 8);
      const x = inputs(2);
      const { embeddings, buffers } = network.forward(other.weights, x, {
        training: true,
        buffers: other.buffers,
        rng: createRng(1),
      });
      dispose(other.weights, other.buffers, buffers, { x, embeddings });
      expect(await pass(network, training)).toEqual(first);
    });

    it.each([1, 3])(
      "makes [batch, dim] of a batch of %i, and keeps the given buffers in evaluation",
      (size) => {
        const network = make();
        const { weights, buffers } = start(network);
        const x = inputs(size);
        const output = network.forward(weights, x, { training: false, buffers, rng: createRng(3) });
        expect(output.embeddings.shape).toEqual([size, network.dim]);
        expect(Object.keys(output.buffers)).toEqual(Object.keys(buffers));
        for (const key of Object.keys(buffers)) expect(output.buffers[key], key).toBe(buffers[key]);
        dispose(weights, buffers, { x, embeddings: output.embeddings });
      },
    );

    it("embeds a sample in evaluation whatever else is in the batch", async () => {
      const network = make();
      const { weights, buffers } = start(network);
      const context = { training: false, buffers, rng: createRng(3) };
      const x = inputs(batch);
      const first = tf.slice(x, 0, 1) as Input;
      const whole = network.forward(weights, x, context).embeddings;
      const alone = network.forward(weights, first, context).embeddings;
      expectClose(await alone.data(), (await whole.data()).slice(0, network.dim));
      dispose(weights, buffers, { x, first, whole, alone });
    });

    it("advances its buffers in training, in tensors of their own", async () => {
      const network = make();
      const { weights, buffers } = start(network);
      const before = await read(buffers);
      const x = inputs(batch);
      const output = network.forward(weights, x, { training: true, buffers, rng: createRng(3) });
      expect(shapesOf(output.buffers)).toEqual(shapesOf(buffers));
      expect(await read(buffers)).toEqual(before);
      if (Object.keys(buffers).length > 0) expect(await read(output.buffers)).not.toEqual(before);
      dispose(buffers);
      for (const [key, tensor] of Object.entries(output.buffers)) {
        expect(await isFinite(tensor), key).toBe(true);
      }
      dispose(weights, output.buffers, { x, embeddings: output.embeddings });
    });

    it("has a gradient for every weight, and for its input", async () => {
      const network = make();
      const { weights, buffers } = start(network);
      const x = inputs(batch);
      const direction = noise([batch, network.dim], 5);
      const { value, aux, grads } = valueAuxAndGrads(
        ({ x, ...weights }) => {
          const output = network.forward(weights, x as Input, { training: true, buffers, rng: createRng(3) });
          return { value: tf.sum(tf.mul(output.embeddings, direction)), aux: { ...output.buffers } };
        },
        { ...weights, x },
      );
      expect(shapesOf(grads)).toEqual(shapesOf({ ...weights, x }));
      for (const [key, gradient] of Object.entries(grads)) {
        expect(await isFinite(gradient), `gradient of ${key} is finite`).toBe(true);
        expect(
          (await gradient.data()).some((g) => g !== 0),
          `gradient of ${key} is not zero`,
        ).toBe(true);
      }
      dispose(weights, buffers, aux, grads, { value, x, direction });
    });

    it("leaves nothing behind", async () => {
      const network = make();
      await expectNoLeak(() => {
        const { weights, buffers } = start(network);
        const x = inputs(2);
        for (const training of [true, false]) {
          const before = tf.memory().numTensors;
          const output = network.forward(weights, x, { training, buffers, rng: createRng(3) });
          const made = [output.embeddings, ...Object.values(output.buffers)].filter(
            (tensor) => !Object.values(buffers).includes(tensor),
          );
          expect(tf.memory().numTensors - before, "tensors made").toBe(made.length);
          tf.dispose(made);
        }
        dispose(weights, buffers, { x });
      });
    });

    it.each(wrong)("refuses %s by an error with its name", async (_, makeInput) => {
      const network = make();
      const { weights, buffers } = start(network);
      const x = makeInput();
      await expectNoLeak(() => {
        const run = () => network.forward(weights, x, { training: false, buffers, rng: createRng(3) });
        expectComplaint(run, `${kind} "${network.name}"`);
      });
      dispose(weights, buffers, { x });
    });

    it("refuses weights that are not its own by an error with its name", async () => {
      const network = make();
      const { buffers, weights } = start(network);
      const x = inputs(2);
      await expectNoLeak(() => {
        const run = () => network.forward({}, x, { training: false, buffers, rng: createRng(3) });
        expectComplaint(run, `${kind} "${network.name}"`);
      });
      dispose(weights, buffers, { x });
    });
  });
}

function expectComplaint(run: () => unknown, who: string): void {
  let error: unknown;
  try {
    run();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ContrastiveError);
  expect((error as ContrastiveError).message).toContain(who);
}

/** Normal numbers, the same on every call. */
function noise(shape: number[], seed: number): tf.Tensor {
  const rng = createRng(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => rng.normal()),
    shape,
  );
}

async function isFinite(tensor: tf.Tensor): Promise<boolean> {
  return (await tensor.data()).every(Number.isFinite);
}

async function read(params: Params): Promise<Readonly<Record<string, readonly number[]>>> {
  const entries = Object.entries(params).map(async ([name, t]) => [name, [...(await t.data())]] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function shapesOf(params: Params): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
}

/** Disposes each tensor once. */
function dispose(...params: readonly Params[]): void {
  tf.dispose([...new Set(params.flatMap((each) => Object.values(each)))]);
}
