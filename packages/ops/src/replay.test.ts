import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu } from "../../testing/src/index.js";
import { createReplayer } from "./replay.js";

beforeAll(async () => {
  await cpu().init();
});

test("where a backend does not record, a function is run each time", () => {
  const replayer = createReplayer();
  const x = tf.scalar(2);
  let runs = 0;
  for (let i = 0; i < 4; i++) {
    const { y } = replayer.run({ x }, () => ({ y: tf.mul(x, ++runs) }));
    expect([...y.dataSync()]).toEqual([2 * (i + 1)]);
  }
  replayer.dispose();
});
