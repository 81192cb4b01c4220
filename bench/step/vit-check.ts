// Compares the benchmark's vision transformer with timm's: `python peers/vit_check.py FILE`, then this with the same file.
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { createRng, decodeSafetensors } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { vit } from "./vit.js";

await wasm().init();
const { tensors } = decodeSafetensors(readFileSync(process.argv[2]), process.argv[2]);
const read = (name: string) => tf.tensor(tensors[name].data, [...tensors[name].shape], "float32");
const under = (prefix: string) =>
  Object.keys(tensors).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));

/** From torch's layout: linear layers are transposed, filters have their outputs first. */
function ours(prefix: string, name: string): tf.Tensor {
  const tensor = read(prefix + name);
  if (tensor.rank === 4) return tf.transpose(tensor, [2, 3, 1, 0]);
  return tensor.rank === 2 ? tf.transpose(tensor) : tensor;
}

const encoder = vit({ image: 32, patch: 4, width: 192, depth: 12, heads: 3 });
const weights = Object.fromEntries(under("weight ").map((name) => [name, ours("weight ", name)]));
const images = tf.transpose(read("images"), [0, 2, 3, 1]) as tf.Tensor4D;
const { aux, grads } = valueAuxAndGrads((params) => {
  const context = { training: true, buffers: {}, rng: createRng(1) };
  const { embeddings } = encoder.forward(params, images, context);
  return { value: tf.sum(tf.mul(embeddings, read("direction"))), aux: { embeddings } };
}, weights);

function error(actual: tf.Tensor, expected: tf.Tensor): number {
  return tf.div(tf.norm(tf.sub(actual, expected)), tf.norm(expected)).dataSync()[0];
}

console.log(`embeddings: ${error(aux.embeddings, read("embeddings")).toExponential(1)}`);
const errors = under("gradient ").map((name) => [name, error(grads[name], ours("gradient ", name))] as const);
const [name, worst] = errors.reduce((a, b) => (b[1] > a[1] ? b : a));
console.log(`worst of ${errors.length} gradients, ${name}: ${worst.toExponential(1)}`);
process.exit(0);
