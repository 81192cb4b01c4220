// The whole of tfjs, for the gradients of its ops, which tfjs-core alone does not register.
import * as tf from "@tensorflow/tfjs";
import { type Availability, type Backend, ContrastiveError, parseOptions } from "@contrastive/core";
import { installGradients, registerRecorder } from "@contrastive/ops";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as z from "zod";
import { createDevice, findAdapter, isSoftware } from "./create-device.js";
import { type Failures, watch } from "./failures.js";
import { installKernels } from "./install.js";
import { createRecorder } from "./recorder/record.js";
import { createDispatcher, type Dispatcher } from "./runner/dispatcher.js";
import { hideHalves } from "./runner/hide-halves.js";
import { DISPATCHES_IN_SUBMIT, manageBuffers } from "./runner/manage-buffers.js";
import { hasMatrices } from "./runner/has-matrices.js";
import { createRunner, type Runner } from "./runner/runner.js";
import { tunedTiles } from "./shaders/product/tiles.js";
import { knownTiles } from "./tune/known-tiles.js";
import { createTuner } from "./tune/tuner.js";
import { version } from "./version.js";

export interface WebgpuOptions {
  /** Which of several GPUs. Default `"high-performance"`; `"low-power"` is the one beside the processor, where there are two. */
  readonly powerPreference?: "high-performance" | "low-power";
  /**
   * Whether to take an adapter that imitates a GPU on the processor, such as SwiftShader. Default false: it is right and very
   * slow, and WebAssembly is the faster way to use a processor. For tests.
   */
  readonly software?: boolean;
  /**
   * Whether to record what a training step asks of the GPU, and to ask the same again in the steps after it without computing it
   * anew. Default true: the results are the same bits.
   */
  readonly replay?: boolean;
  /**
   * Whether to look for faster tiles of products while training: a few milliseconds after a loss is read, until the best ones are
   * known, which are kept for the next program. No bit of the results depends on it. Default: on a GPU, and not on an imitation.
   */
  readonly tune?: boolean;
}

const schema = z.strictObject({
  powerPreference: z.enum(["high-performance", "low-power"]).default("high-performance"),
  software: z.boolean().default(false),
  replay: z.boolean().default(true),
  tune: z.boolean().optional(),
});

/**
 * Training on any GPU that WebGPU reaches: in browsers, and in Node through Dawn.
 *
 * Of the stock backend it replaces or adds the kernels that training lives on. It is one for the program: the options of the
 * first `init` hold, and the precision of the last.
 */
export function webgpu(given: WebgpuOptions = {}): Backend {
  const options = parseOptions("backend", "webgpu", schema, given);
  return {
    name: "webgpu",
    options,
    source: { module: "@contrastive/backend-webgpu", export: "webgpu" },
    async isAvailable(): Promise<Availability> {
      const found = await findAdapter(options.powerPreference);
      if ("why" in found) return { ok: false, ...found };
      return refuseSoftware(found.adapter, options.software) ?? { ok: true };
    },
    precisions: ["float32", "mixed"],
    async init({ precision = "float32" } = {}) {
      const { adapter, runner } = await (started ??= start(options));
      runner.setPrecision(precision);
      await tf.setBackend("webgpu");
      return {
        name: "webgpu",
        device: describe(adapter),
        versions: { tfjs: tf.version_core, "@contrastive/backend-webgpu": version },
      };
    },
  };
}

let started: Promise<Started> | undefined;

interface Started {
  readonly adapter: GPUAdapter;
  readonly runner: Runner;
}

async function start({ powerPreference, software, replay, tune }: z.output<typeof schema>): Promise<Started> {
  const { device, adapter } = await createDevice({ powerPreference });
  const refused = refuseSoftware(adapter, software);
  if (refused !== undefined) {
    throw new ContrastiveError({ who: 'backend "webgpu"', what: refused.why, fix: refused.fix });
  }
  const failures = watch(device);
  const backend = new WebGPUBackend(device, adapter.info);
  manageBuffers(backend);
  const dispatcher = createDispatcher(backend);
  const { runner, tuner } =
    (tune ?? !isSoftware(adapter))
      ? tunedRunner(backend, dispatcher, adapter, failures)
      : {
          runner: createRunner(backend, dispatcher, failures.throwIfFailed, {
            matrices: hasMatrices(adapter),
          }),
        };
  hideHalves(backend, runner);
  const read = backend.read.bind(backend);
  backend.read = async (id) => {
    const values = await failures.check(read(id));
    tuner?.goOn();
    return values;
  };
  // It would compute on small tensors that are not on the GPU yet, to other bits than there, and upload the results.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", DISPATCHES_IN_SUBMIT);
  // Importing tfjs's package has registered one on a device of its own, in a browser.
  if (tf.findBackendFactory("webgpu") != null) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", () => backend, 3);
  installKernels(runner);
  if (replay) registerRecorder("webgpu", createRecorder(backend, runner, dispatcher, failures.throwIfFailed));
  installGradients();
  return { adapter, runner };
}

/** A runner whose products' tiles get better. */
function tunedRunner(
  backend: WebGPUBackend,
  dispatcher: Dispatcher,
  adapter: GPUAdapter,
  { throwIfFailed }: Failures,
) {
  const known = knownTiles(adapter.info, version);
  const tiles = tunedTiles(backend.device.limits, known.tiles);
  const options = { tiles, matrices: hasMatrices(adapter) };
  const runner = createRunner(backend, dispatcher, throwIfFailed, options);
  return { runner, tuner: createTuner({ runner, tiles, onChoice: known.keep }) };
}

function refuseSoftware(
  adapter: GPUAdapter,
  allowed: boolean,
): Extract<Availability, { ok: false }> | undefined {
  if (allowed || !isSoftware(adapter)) return undefined;
  return {
    ok: false,
    why: `the only GPU is an imitation on the processor (${adapter.info.description || adapter.info.architecture})`,
    fix: "Install the GPU's driver, use backend wasm, or take it all the same with software: true",
  };
}

function describe({ info }: GPUAdapter): string {
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" ");
  return `WebGPU, ${name || "a GPU without a name"}`;
}
