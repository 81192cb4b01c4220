import * as tf from "@tensorflow/tfjs";
import { expect, test, vi } from "vitest";
import { wasm } from "../src/index.js";

test("a page that forbids workers computes in one thread, and says why", async () => {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "worker-src 'none'";
  document.head.append(policy);
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});

  expect((await wasm({ threads: 2 }).init()).device).toBe("WebAssembly relaxed SIMD, 1 thread");
  const warnings = warn.mock.calls.map(([message]) => String(message));
  expect(warnings.filter((message) => message.includes("threads can't be started"))).toHaveLength(
    crossOriginIsolated ? 1 : 0,
  );
  expect(await tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).array()).toEqual([[3], [3]]);
});
