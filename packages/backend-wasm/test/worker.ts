// A worker that computes, in an engine that says of modules beyond a size that it can't run them; `page.browser.test.ts` starts it.
import * as tf from "@tensorflow/tfjs";
import { wasm } from "../src/index.js";

export interface Answer {
  readonly device: string;
  readonly gradient: readonly number[];
}

const { validate } = WebAssembly;

self.addEventListener("message", async ({ data: largest }: MessageEvent<number>) => {
  WebAssembly.validate = (binary) => binary.byteLength <= largest && validate(binary);
  const { device } = await wasm({ threads: 2 }).init();
  const gradient = tf.grad((filter) =>
    tf.conv2d(tf.ones<tf.Rank.R4>([1, 6, 6, 1]), filter as tf.Tensor4D, 1, "same"),
  )(tf.ones([1, 1, 1, 1]));
  const answer: Answer = { device, gradient: [...(await gradient.data())] };
  self.postMessage(answer);
});
