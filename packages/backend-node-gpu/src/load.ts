import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { locate, type Located, type NodePackage } from "./locate.js";
import { TENSORFLOW, type TensorFlowBackend } from "./tensorflow.js";

export interface LoadOptions {
  readonly device: "gpu" | "cpu" | "auto";
  /** Which of several GPUs, as CUDA counts them. */
  readonly gpu?: number;
  readonly threads?: number;
}

interface Failure {
  readonly ok: false;
  readonly why: string;
  readonly fix: string;
}

export type Loaded =
  | { readonly ok: true; readonly backend: TensorFlowBackend; readonly from: NodePackage }
  | Failure;

let loaded: Loaded | undefined;

/** tfjs-node's backend, loaded once for the program; the settings of the first call hold. */
export function load(options: LoadOptions): Loaded {
  if (loaded?.ok !== true) loaded = find(options);
  const { device } = options;
  if (!loaded.ok || device !== "gpu" || loaded.backend.isUsingGpuDevice) return loaded;
  return {
    ok: false,
    why: `TensorFlow ${loaded.backend.binding.TF_Version} finds no CUDA device, or was built without CUDA`,
    fix: 'Install the GPU\'s driver and a TensorFlow for CUDA (pip install "tensorflow[and-cuda]"), then run: npx contrastive setup tensorflow; or take its CPU with device: "cpu"',
  };
}

function find({ device, gpu, threads }: LoadOptions): Loaded {
  const installed = locate(import.meta.url);
  if (installed.length === 0) {
    return {
      ok: false,
      why: "tfjs-node is not installed",
      fix: "Run: npm install --ignore-scripts @tensorflow/tfjs-node-gpu && npx contrastive setup tensorflow",
    };
  }
  const built = installed.filter(({ addon }) => addon !== undefined);
  if (built.length === 0) {
    return {
      ok: false,
      why: `${installed[0].name} has no addon yet`,
      fix: "Run: npx contrastive setup tensorflow",
    };
  }
  prepareEnvironment({ device, gpu, threads });
  putBackUtilities();
  const failures: Failure[] = [];
  // Either works with either library; the CPU's own is the better guess for who wants the CPU.
  for (const located of device === "cpu" ? built.toReversed() : built) {
    const found = loadFrom(located);
    if (found.ok) return found;
    failures.push(found);
  }
  return failures[0];
}

function loadFrom({ name, folder }: Located): Loaded {
  const before = tf.engine().backendName as string | null | undefined;
  const require = createRequire(join(folder, "package.json"));
  // Which its tfjs imports. It registers its kernels with that copy, whose tensors are of a class of their own.
  const core = createRequire(require.resolve("@tensorflow/tfjs"))("@tensorflow/tfjs-core") as typeof tf;
  if (core.Tensor !== tf.Tensor) {
    return {
      ok: false,
      why: `${name} has another copy of @tensorflow/tfjs-core`,
      fix: "Run: npm dedupe, or npm install @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-core@4.22.0",
    };
  }
  try {
    require(folder);
  } catch (error) {
    return {
      ok: false,
      why: `${name} does not load: ${(error as Error).message.split("\n")[0]}`,
      fix: "Run: npx contrastive setup tensorflow",
    };
  }
  // Loading made it the active one.
  if (before != null && before !== TENSORFLOW) void tf.setBackend(before);
  return { ok: true, backend: tf.findBackend(TENSORFLOW) as TensorFlowBackend, from: name };
}

/** TensorFlow reads these when it is loaded; what the user has set stays. */
function prepareEnvironment({ device, gpu, threads }: LoadOptions): void {
  const { env } = process;
  // Without it TensorFlow takes all of the GPU's memory at once.
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  // Its notes on the processor's instructions.
  env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  if (device === "cpu") env.CUDA_VISIBLE_DEVICES = "-1";
  else if (gpu !== undefined) env.CUDA_VISIBLE_DEVICES = String(gpu);
  if (threads !== undefined) env.TF_NUM_INTRAOP_THREADS = env.OMP_NUM_THREADS = String(threads);
}

/** Of Node's, which tfjs-node calls and Node 23 dropped. */
function putBackUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
}
