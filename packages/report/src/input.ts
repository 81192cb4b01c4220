import type { ImageShape } from "@contrastive/core";

/** A number worth a headline. */
export interface Figure {
  readonly label: string;
  readonly value: string | number;
}

/** How something changed while training went on. */
export interface Curve {
  readonly name: string;
  /** Written after values: `img/s`. With `"%"` values are shares, shown times 100. */
  readonly unit?: string;
  /** Ascending in x, which counts steps. A value that is not finite leaves a gap. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** How something depends on something else, as lines: what `gradientPlot` of `@contrastive/evaluate` gives. */
export interface Plot {
  readonly title: string;
  /** What the axes count. */
  readonly x: string;
  readonly y: string;
  /** Points ascending in x, all finite, one at least. */
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** Samples laid out in the plane, as `embed2d` of `@contrastive/evaluate` gives them. */
export interface EmbeddingPicture {
  /** `[n, 2]`, row by row. */
  readonly points: Float32Array;
  /** Indices into `classes`, one a point. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** How it was made: `t-SNE of 512 test images`. */
  readonly caption?: string;
}

/** An image, channels last, of 1, 3 or 4 channels: floats in 0..1 or bytes. */
export interface Picture extends ImageShape {
  readonly data: Float32Array | Uint8Array;
}

/** A row of pictures for each sample: what it is, and what augmentation makes of it. */
export interface ViewSheet {
  /** Headings: `original`, `view 1`, `view 2`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Picture[])[];
}

/** A share of a whole with its confidence interval, all in 0..1. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** Cells for each column; the first names the row. */
  readonly rows: readonly (readonly (string | number | Share)[])[];
  readonly note?: string;
}

export interface ReportInput {
  readonly title: string;
  /** A sentence below the title. */
  readonly subtitle?: string;
  readonly summary: readonly Figure[];
  readonly curves: readonly Curve[];
  readonly tables?: readonly Table[];
  readonly embedding?: EmbeddingPicture;
  readonly plots?: readonly Plot[];
  readonly views?: ViewSheet;
  /** The full config, as JSON holds it. */
  readonly config?: unknown;
  readonly versions?: Readonly<Record<string, string>>;
}

export interface ComparedRun {
  readonly name: string;
  readonly summary: readonly Figure[];
  readonly curves: readonly Curve[];
  readonly embedding?: EmbeddingPicture;
}

export interface ComparisonInput {
  readonly title: string;
  readonly subtitle?: string;
  readonly runs: readonly ComparedRun[];
  readonly tables?: readonly Table[];
}
