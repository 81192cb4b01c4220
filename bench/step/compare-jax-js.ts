// A training step with a convolution and a matrix product, of this library and of jax-js on its WebAssembly device, in turn.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { createRng } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";

const [batch, size, channels, columns, classes] = [16, 32, 16, 32, 10];
const rate = 1e-3;
const rounds = 6;

const draw = (name: string, count: number) => {
  const rng = createRng(1).fork(name);
  return Float32Array.from({ length: count }, () => rng.uniform() - 0.5);
};
const data = {
  x: draw("x", batch * size * size * channels),
  filter: draw("filter", 9 * channels * columns),
  weight: draw("weight", size * size * columns * classes),
};

const { device } = await wasm({ threads: 1 }).init();
const images = tf.tensor4d(data.x, [batch, size, size, channels]);
let params = {
  filter: tf.tensor4d(data.filter, [3, 3, channels, columns]) as tf.Tensor,
  weight: tf.tensor2d(data.weight, [size * size * columns, classes]) as tf.Tensor,
};

async function ours(): Promise<void> {
  const { value, grads } = valueAuxAndGrads(({ filter, weight }) => {
    const y = tf.relu(tf.conv2d(images, filter as tf.Tensor4D, 1, "same"));
    const z = tf.matMul(tf.reshape(y, [batch, -1]), weight as tf.Tensor2D);
    return { value: tf.mean(tf.square(z)) as tf.Scalar };
  }, params);
  const next = tf.tidy(() => ({
    filter: tf.sub(params.filter, tf.mul(grads.filter, rate)),
    weight: tf.sub(params.weight, tf.mul(grads.weight, rate)),
  }));
  await value.data();
  tf.dispose([value, grads, params]);
  params = next;
}

await jax.init("wasm");
jax.defaultDevice("wasm");
const { numpy: np, lax, nn, tree } = jax;
// Its convolutions are channels-first.
const theirImages = np.array(data.x).reshape([batch, channels, size, size]);
type Params = { filter: jax.Array; weight: jax.Array };
let theirParams: Params = {
  filter: np.array(data.filter).reshape([columns, channels, 3, 3]),
  weight: np.array(data.weight).reshape([columns * size * size, classes]),
};
const theirLoss = (p: Params, x: jax.Array) => {
  const y = nn.relu(lax.conv(x, p.filter, [1, 1], "SAME")).reshape([batch, columns * size * size]);
  return np.square(np.matmul(y, p.weight)).mean();
};
const theirStep = jax.jit((p: Params, x: jax.Array) => {
  const [loss, gradient] = jax.valueAndGrad(theirLoss)(tree.ref(p), x);
  return [
    loss,
    {
      filter: p.filter.sub(gradient.filter.mul(rate)),
      weight: p.weight.sub(gradient.weight.mul(rate)),
    },
  ] as const;
});

async function theirs(): Promise<void> {
  const [loss, next] = theirStep(theirParams, theirImages.ref);
  theirParams = next as Params;
  await loss.data();
  await jax.blockUntilReady(tree.ref(theirParams));
}

const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (let round = 0; round <= rounds; round++) {
  for (const [who, step] of [["ours", ours] as const, ["theirs", theirs] as const]) {
    const start = performance.now();
    await step();
    // The first round compiles.
    if (round > 0) times[who].push(performance.now() - start);
  }
}

const manifest = createRequire(import.meta.url)
  .resolve("@jax-js/jax")
  .replace(/dist\/.*/, "package.json");
const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
const best = { ours: Math.min(...times.ours), theirs: Math.min(...times.theirs) };
console.log(
  `convolution 3×3, ${channels} to ${columns} channels, ${batch} images of ${size}×${size}, then a product to ${classes}; ` +
    `best of ${rounds}; Node ${process.versions.node}`,
);
console.table([
  { who: `tfjs ${tf.version_core}, ${device}`, "best ms": best.ours.toFixed(1) },
  {
    who: `jax-js ${version}, wasm`,
    "best ms": best.theirs.toFixed(1),
    "times as long": (best.theirs / best.ours).toFixed(0),
  },
]);
process.exit(0);
