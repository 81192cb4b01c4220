import type { Split } from "@contrastive/core";
import type { Sample } from "./layout.js";
import type { Decoding, SkippedImage } from "./options.js";

export interface FilesOfSplit extends Required<Decoding> {
  readonly who: string;
  readonly split: Split;
  /** Paths of samples start from here. */
  readonly root: string;
  readonly samples: readonly Sample[];
  readonly classes?: readonly string[];
  readonly onError: "throw" | "skip";
  readonly onSkip: (skipped: SkippedImage) => void;
  readonly cache?: string;
}
