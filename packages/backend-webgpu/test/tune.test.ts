import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { seededValues } from "@contrastive/testing";
import { afterAll, expect, test } from "vitest";
import { webgpu } from "../src/index.js";
import { describeOnGpu } from "./gpu.js";

const folder = mkdtempSync(join(tmpdir(), "tune-"));
process.env.XDG_CACHE_HOME = folder;
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "contrastive", "webgpu-tiles.json");

const read = () => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, { tiles: Record<string, string> }>;
  } catch {
    return undefined;
  }
};

describeOnGpu(
  "a program that reads its losses",
  () => {
    test("finds tiles meanwhile, keeps them, and computes the same", async () => {
      const a = tf.tensor2d(seededValues("a", 12 * 64), [12, 64]);
      const b = tf.tensor2d(seededValues("b", 64 * 8), [64, 8]);
      const compute = async () => {
        const c = tf.tidy(() => tf.matMul(a, b));
        const values = await c.data();
        c.dispose();
        return values;
      };
      const first = await compute();
      const tensors = tf.memory().numTensors;
      for (let reads = 0; read() === undefined; reads++) {
        expect(reads).toBeLessThan(500);
        expect(await compute()).toEqual(first);
        // Where a program has other things to do.
        await new Promise((done) => setTimeout(done, 20));
      }
      expect(tf.memory().numTensors).toBe(tensors);
      const [{ tiles }] = Object.values(read()!);
      expect(Object.keys(tiles)).toEqual([expect.stringContaining("1 of 12 × 8 over 64")]);
      expect(await compute()).toEqual(first);
      tf.dispose([a, b]);
    });
  },
  webgpu({ software: true, tune: true }),
);
