import { identity } from "@contrastive/augment";
import { wasm, type WasmOptions } from "@contrastive/backend-wasm";
import { type Backend, createRng, defineConfig, isPlugin } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { projectionHead } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";
import { train } from "@contrastive/train";
import { encoders } from "./encoders.js";

export { encoders };

export interface StepOptions {
  readonly encoder: keyof typeof encoders;
  /** In a step; two views of each sample. */
  readonly images: number;
  readonly steps: number;
  readonly backend: WasmOptions | Backend;
}

/** SupCon training steps (forward, backward, update) on a batch that is in memory. */
export function pipeline({ encoder, images, steps, backend }: StepOptions) {
  const samples = images / 2;
  const rng = createRng(1).fork("images");
  return defineConfig({
    backend: isPlugin(backend) ? (backend as Backend) : wasm(backend as WasmOptions),
    data: fromArrays({
      images: Array.from({ length: samples }, () => ({
        data: Uint8Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * rng.uniform())),
        height: 32,
        width: 32,
        channels: 3,
      })),
      labels: Array.from({ length: samples }, (_, i) => i % 10),
      classes: Array.from({ length: 10 }, (_, i) => String(i)),
    }),
    views: [identity(), identity()],
    encoder: encoders[encoder],
    head: projectionHead({ hidden: "input", out: 128 }),
    loss: supCon({ temperature: 0.1 }),
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
    normalize: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    epochs: steps,
    batchSize: samples,
  });
}

export interface StepTimes {
  readonly device: string;
  /** Of each step; the first compiles and makes the heap grow. */
  readonly milliseconds: readonly number[];
  readonly loss: readonly number[];
}

/** Trains, and times each step. */
export async function timeSteps(
  config: ReturnType<typeof pipeline>,
  onFirstStep?: () => void,
): Promise<StepTimes> {
  const milliseconds: number[] = [];
  let device = "";
  const run = await train(config, {
    checkpointSeconds: 1e9,
    onEvent(event) {
      if (event.type === "start") device = event.record.backend?.device ?? "";
      if (event.type !== "step") return;
      if (event.row.step === 0) onFirstStep?.();
      milliseconds.push((2000 * config.batchSize) / event.row.imagesPerSecond);
    },
  });
  return { device, milliseconds, loss: run.history.map((row) => row.loss) };
}
