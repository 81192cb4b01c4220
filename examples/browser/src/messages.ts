import type { FileOfFolder } from "@contrastive/data-image-folder";
import type { EmbeddingPicture } from "@contrastive/report";
import type { MetricsRow, RunRecord } from "@contrastive/train";
import type { Settings } from "./settings.js";

/** A run's storage by path, as it was at the last checkpoint. */
export type SavedFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

export type ToTrainer =
  | {
      readonly type: "train";
      readonly settings: Settings;
      /** The visitor's folder; the trainer decodes it as it goes. */
      readonly files?: readonly FileOfFolder[];
      /** To go on from. */
      readonly saved?: SavedFiles;
    }
  | { readonly type: "pause" };

export type FromTrainer =
  | { readonly type: "preparing"; readonly what: string }
  /** All of a folder so far that could not be read. */
  | { readonly type: "skipped"; readonly files: readonly string[] }
  | {
      readonly type: "start";
      readonly record: RunRecord;
      readonly fromStep: number;
      readonly stepsPerEpoch: number;
      readonly totalSteps: number;
    }
  | { readonly type: "step"; readonly row: MetricsRow; readonly etaSeconds: number }
  | { readonly type: "picture"; readonly picture: EmbeddingPicture }
  | {
      readonly type: "saved";
      readonly step: number;
      readonly files: SavedFiles;
      readonly weights: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: "paused" }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string };
