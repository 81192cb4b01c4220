import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, seededValues } from "../../testing/src/index.js";
import { averages } from "../../testing/src/loops/optimizer-updates.js";
import { averageUpdate } from "./average-update.js";

beforeAll(async () => {
  await cpu().init();
});

test("moving averages equal loops", async () => {
  await expectNoLeak(async () => {
    const [before, values] = [seededValues("average", 6), seededValues("value", 6)];
    const followed = tf.tensor2d(values, [2, 3]);
    const { a } = averageUpdate({ a: tf.tensor2d(before, [2, 3]) }, { a: followed }, averages.decay);
    expectClose(await a.data(), averages.loop(before, values));
    tf.dispose([a, followed]);
  });
});
