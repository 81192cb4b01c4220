import type { EncoderSource } from "./embed.js";
import type { RunRecord } from "./record.js";

/** One step's line in `metrics.jsonl`. */
export interface MetricsRow {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** Views through the encoder, over the time since the step before. */
  readonly imagesPerSecond: number;
  /** Of training, without pauses between sittings. */
  readonly seconds: number;
  /** What the loss, the optimizer and the monitors report, by name; in mixed precision also `lossScale`, of this step. */
  readonly [metric: string]: number;
}

export type TrainEvent =
  | {
      readonly type: "start";
      readonly record: RunRecord;
      readonly stepsPerEpoch: number;
      readonly totalSteps: number;
      /** Above 0 when a run is resumed. */
      readonly fromStep: number;
      readonly encoder: EncoderSource;
    }
  | { readonly type: "step"; readonly row: MetricsRow; readonly etaSeconds: number }
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly meanLoss: number;
      /** As it is now, for a look at it while training waits for the listener. */
      readonly encoder: EncoderSource;
    }
  | { readonly type: "checkpoint"; readonly step: number }
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "end"; readonly seconds: number };
