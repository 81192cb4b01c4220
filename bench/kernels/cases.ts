import * as tf from "@tensorflow/tfjs-core";

/** A kernel at a shape. */
export interface KernelCase {
  readonly kernel: string;
  readonly what: string;
  /** Shapes of the float32 inputs. */
  readonly inputs: readonly (readonly number[])[];
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Floating-point operations, where they and not memory bound the speed. */
  readonly operations?: number;
}

const images = [64, 32, 32, 64];
const pooled = [64, 16, 16, 64];
const tokens = [64, 65, 4, 48];

type Attributes = Readonly<Record<string, string | number | boolean | readonly number[]>>;

/** Kernels by name, for gradients have no op of their own. */
function call(kernel: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: Attributes): tf.Tensor {
  // The engine's types know neither each kernel's attributes nor its number of outputs.
  return tf.engine().runKernel(kernel, { ...inputs }, attrs as tf.NamedAttrMap) as tf.Tensor;
}

export const cases: readonly KernelCase[] = [
  ...depthwise("3×3", 64, 1, 3, 1),
  ...depthwise("3×3 stride 2", 64, 1, 3, 2),
  ...depthwise("3×3, 2 a channel", 32, 2, 3, 1),
  ...depthwise("5×5", 64, 1, 5, 1),
  ...pooling("2×2", 2, 2, 16),
  ...pooling("3×3 stride 2", 3, 2, 16),
  ...pooling("3×3 stride 1", 3, 1, 32),
  transpose(images, [0, 3, 1, 2]),
  transpose([64, 64, 32, 32], [0, 2, 3, 1]),
  transpose([2048, 1024], [1, 0]),
  transpose([64, 65, 195], [0, 2, 1]),
  transpose(tokens, [0, 2, 1, 3]),
  transpose(tokens, [0, 2, 3, 1]),
  transpose(images, [3, 1, 2, 0]),
  transpose([64, 8, 4, 8, 4, 3], [0, 1, 3, 2, 4, 5]),
  one("Slice", "half of the channels", images, (x) => tf.slice(x, [0, 0, 0, 16], [64, 32, 32, 32])),
  one("Slice", "half of the batch", images, (x) => tf.slice(x, 16, 32)),
  one("Slice", "the middle", images, (x) => tf.slice(x, [0, 2, 2, 0], [64, 28, 28, 64])),
  one("SplitV", "3 of [64, 65, 576]", [64, 65, 576], (x) => tf.split(x, 3, 2)),
  one("Unpack", "3 of [3, 64, 4, 65, 48]", [3, 64, 4, 65, 48], (x) => tf.unstack(x)),
  two("Concat", "of channels", pooled, pooled, (x, y) => tf.concat([x, y], 3)),
  two("Concat", "of batches", pooled, pooled, (x, y) => tf.concat([x, y], 0)),
  two("Concat", "a token to 64", [64, 1, 192], [64, 64, 192], (x, y) => tf.concat([x, y], 1)),
  two("Pack", "along a new last axis", pooled, pooled, (x, y) => tf.stack([x, y], 4)),
  one("PadV2", "pixels by 1", images, (x) =>
    tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]),
  ),
  one("PadV2", "channels by 16", pooled, (x) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
      [0, 0],
      [16, 16],
    ]),
  ),
  one("MirrorPad", "pixels by 4", [64, 32, 32, 3], (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [4, 4],
        [4, 4],
        [0, 0],
      ],
      "reflect",
    ),
  ),
  one("Tile", "[64, 1, 1, 64] to images", [64, 1, 1, 64], (x) => tf.broadcastTo(x, images)),
  one("Tile", "[64] to images", [64], (x) => tf.broadcastTo(x, images)),
  one("Tile", "[4096, 1] to 64 columns", [4096, 1], (x) => tf.tile(x, [1, 64])),
  one("Tile", "[256, 128] by [16, 1]", [256, 128], (x) => tf.tile(x, [16, 1])),
  one("Reverse", "columns of images", [64, 32, 32, 3], (x) => tf.reverse(x, 2)),
  one("Reverse", "the last axis", images, (x) => tf.reverse(x, 3)),
  two("GatherV2", "4096 rows of 128", [50_000, 128], [4096], (x) => tf.gather(x, rows(4096, 50_000))),
  two("GatherV2", "64 columns", [4096, 128], [1], (x) => tf.gather(x, rows(64, 128), 1)),
  one("UnsortedSegmentSum", "4096 rows of 128 to 50,000", [4096, 128], (x) =>
    tf.unsortedSegmentSum(x, rows(4096, 50_000), 50_000),
  ),
  one("UnsortedSegmentSum", "8192 rows of 128 to 10", [8192, 128], (x) =>
    tf.unsortedSegmentSum(x, rows(8192, 10), 10),
  ),
  two(
    "Einsum",
    "bhid,bhjd->bhij",
    [64, 4, 65, 48],
    [64, 4, 65, 48],
    (x, y) => tf.einsum("bhid,bhjd->bhij", x, y),
    2 * 64 * 4 * 65 * 65 * 48,
  ),
  two(
    "Einsum",
    "bhij,bhjd->bihd",
    [64, 4, 65, 65],
    [64, 4, 65, 48],
    (x, y) => tf.einsum("bhij,bhjd->bihd", x, y),
    2 * 64 * 4 * 65 * 65 * 48,
  ),
  two(
    "Einsum",
    "bid,de->bie",
    [64, 65, 192],
    [192, 192],
    (x, y) => tf.einsum("bid,de->bie", x, y),
    2 * 64 * 65 * 192 * 192,
  ),
  two("Einsum", "bi,bj->bij", [64, 256], [64, 256], (x, y) => tf.einsum("bi,bj->bij", x, y)),
  two("Einsum", "ij,ij->i", [4096, 512], [4096, 512], (x, y) => tf.einsum("ij,ij->i", x, y)),
];

function depthwise(
  what: string,
  channels: number,
  multiplier: number,
  size: number,
  stride: number,
): readonly KernelCase[] {
  const x: [number, number, number, number] = [64, 32, 32, channels];
  const filter: [number, number, number, number] = [size, size, channels, multiplier];
  const dy = [64, 32 / stride, 32 / stride, channels * multiplier];
  const operations = 2 * size * size * dy.reduce((a, b) => a * b);
  const attrs = { strides: [stride, stride], pad: "same", dilations: [1, 1] };
  const name = `${what} of [${x}]`;
  return [
    {
      kernel: "DepthwiseConv2dNative",
      what: name,
      inputs: [x, filter],
      operations,
      run: (x, filter) => call("DepthwiseConv2dNative", { x, filter }, attrs),
    },
    {
      kernel: "DepthwiseConv2dNativeBackpropInput",
      what: name,
      inputs: [dy, filter],
      operations,
      run: (dy, filter) =>
        call("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...attrs, inputShape: x }),
    },
    {
      kernel: "DepthwiseConv2dNativeBackpropFilter",
      what: name,
      inputs: [x, dy],
      operations,
      run: (x, dy) =>
        call("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...attrs, filterShape: filter }),
    },
  ];
}

function pooling(what: string, filterSize: number, strides: number, size: number): readonly KernelCase[] {
  const attrs = { filterSize, strides, pad: "same" };
  const dy = [64, size, size, 64];
  const name = `${what} of [${images}]`;
  return [
    { kernel: "MaxPool", what: name, inputs: [images], run: (x) => call("MaxPool", { x }, attrs) },
    {
      kernel: "MaxPoolGrad",
      what: name,
      inputs: [dy, images, dy],
      run: (dy, input, output) => call("MaxPoolGrad", { dy, input, output }, attrs),
    },
    { kernel: "AvgPool", what: name, inputs: [images], run: (x) => call("AvgPool", { x }, attrs) },
    {
      kernel: "AvgPoolGrad",
      what: name,
      inputs: [dy, images],
      run: (dy, input) => call("AvgPoolGrad", { dy, input }, attrs),
    },
  ];
}

function transpose(shape: readonly number[], perm: readonly number[]): KernelCase {
  return one("Transpose", `[${shape}] by [${perm}]`, shape, (x) => tf.transpose(x, [...perm]));
}

function one(
  kernel: string,
  what: string,
  shape: readonly number[],
  run: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
): KernelCase {
  return { kernel, what, inputs: [shape], run };
}

function two(
  kernel: string,
  what: string,
  a: readonly number[],
  b: readonly number[],
  run: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | tf.Tensor[],
  operations?: number,
): KernelCase {
  return { kernel, what, inputs: [a, b], run, operations };
}

const indices = new Map<string, tf.Tensor1D>();

/** Indices in no order, some of them twice. */
function rows(count: number, below: number): tf.Tensor1D {
  const key = `${count} ${below}`;
  const values = Array.from({ length: count }, (_, i) => (i * 7919) % below);
  const tensor = indices.get(key) ?? tf.keep(tf.tensor1d(values, "int32"));
  indices.set(key, tensor);
  return tensor;
}
