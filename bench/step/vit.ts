// A vision transformer as timm's `vit_tiny_patch16_224` with `img_size=32, patch_size=4, num_classes=0`: 64 patches and a class
// token, width 192, 12 blocks of 3 heads, pre-norm. Dosovitskiy et al. 2021, arXiv 2010.11929.
import * as tf from "@tensorflow/tfjs";
import type { Encoder, Params } from "@contrastive/core";
import { gelu, layerNorm } from "@contrastive/ops";

export interface VitShape {
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

export function vit({ image, patch, width, depth, heads }: VitShape): Encoder {
  const tokens = (image / patch) ** 2 + 1;
  const matrices: Record<string, number[]> = {
    "patch_embed.proj.weight": [patch, patch, 3, width],
    cls_token: [1, 1, width],
    pos_embed: [1, tokens, width],
  };
  const zeros: Record<string, number[]> = { "patch_embed.proj.bias": [width] };
  const norms = ["norm"];
  for (let i = 0; i < depth; i++) {
    const linear = { "attn.qkv": [width, 3 * width], "attn.proj": [width, width] };
    const mlp = { "mlp.fc1": [width, 4 * width], "mlp.fc2": [4 * width, width] };
    for (const [name, shape] of Object.entries({ ...linear, ...mlp })) {
      matrices[`blocks.${i}.${name}.weight`] = shape;
      zeros[`blocks.${i}.${name}.bias`] = shape.slice(1);
    }
    norms.push(`blocks.${i}.norm1`, `blocks.${i}.norm2`);
  }
  return {
    name: "vit",
    options: { image, patch, width, depth, heads },
    dim: width,
    init(rng) {
      const weights: Record<string, tf.Tensor> = {};
      for (const [name, shape] of Object.entries(matrices)) {
        const draw = rng.fork(name);
        const size = shape.reduce((a, b) => a * b);
        weights[name] = tf.tensor(
          Float32Array.from({ length: size }, () => 0.02 * draw.normal()),
          shape,
        );
      }
      for (const [name, shape] of Object.entries(zeros)) weights[name] = tf.zeros(shape);
      for (const name of norms) {
        weights[`${name}.weight`] = tf.ones([width]);
        weights[`${name}.bias`] = tf.zeros([width]);
      }
      return { weights, buffers: {} };
    },
    forward(weights, images, { buffers }) {
      return tf.tidy(() => {
        const batch = images.shape[0];
        const patches = tf.add(
          tf.conv2d(images, weights["patch_embed.proj.weight"] as tf.Tensor4D, patch, "valid"),
          weights["patch_embed.proj.bias"],
        );
        const classes = tf.tile(weights.cls_token, [batch, 1, 1]);
        const sequence = tf.concat([classes, tf.reshape(patches, [batch, tokens - 1, width])], 1);
        let x: tf.Tensor2D = tf.reshape(tf.add(sequence, weights.pos_embed), [batch * tokens, width]);
        for (let i = 0; i < depth; i++) {
          const from = x;
          x = tf.tidy(() => block(weights, `blocks.${i}`, from, { batch, tokens, heads }));
          from.dispose();
        }
        const first = tf.slice(tf.reshape(x, [batch, tokens, width]), [0, 0, 0], [batch, 1, width]);
        return { embeddings: norm(weights, "norm", tf.reshape(first, [batch, width])), buffers };
      });
    },
  };
}

interface Sequence {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
}

function block(weights: Params, name: string, x: tf.Tensor2D, sequence: Sequence): tf.Tensor2D {
  const attended = attention(weights, `${name}.attn`, norm(weights, `${name}.norm1`, x), sequence);
  const y: tf.Tensor2D = tf.add(x, attended);
  const hidden = gelu(linear(weights, `${name}.mlp.fc1`, norm(weights, `${name}.norm2`, y)));
  return tf.add(y, linear(weights, `${name}.mlp.fc2`, hidden));
}

function attention(
  weights: Params,
  name: string,
  x: tf.Tensor2D,
  { batch, tokens, heads }: Sequence,
): tf.Tensor2D {
  const width = x.shape[1];
  const size = width / heads;
  const [q, k, v] = tf
    .split(linear(weights, `${name}.qkv`, x), 3, 1)
    .map((part) => tf.transpose(tf.reshape(part, [batch, tokens, heads, size]), [0, 2, 1, 3]));
  const weighed = tf.softmax(tf.matMul(tf.mul(q, 1 / Math.sqrt(size)), k, false, true));
  const joined = tf.transpose(tf.matMul(weighed, v), [0, 2, 1, 3]);
  return linear(weights, `${name}.proj`, tf.reshape(joined, [batch * tokens, width]));
}

function linear(weights: Params, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const b = weights[`${name}.weight`] as tf.Tensor2D;
  return tf.fused.matMul({ a: x, b, bias: weights[`${name}.bias`] }) as tf.Tensor2D;
}

function norm(weights: Params, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return layerNorm({ x, scale: weights[`${name}.weight`], offset: weights[`${name}.bias`] });
}
