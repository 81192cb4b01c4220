import { bitsOf, bytes } from "../bytes.js";
import type { Grid, Tap } from "../convolution/grid.js";
import type { Runtime } from "../runtime.js";

/** Values that a task computes. */
const VALUES = 2 ** 15;

interface Correlation {
  readonly grid: Grid;
  readonly taps: readonly Tap[];
  /** Channels of x and the filter. */
  readonly channels: number;
  /** Channels whose sum is one of y. */
  readonly fold: number;
  readonly x: number;
  /** Where the weights are, or one weight that all taps and channels share. */
  readonly filter: number | { readonly weight: number };
  readonly y: number;
}

/** Sums of the pixels under each tap, channel by channel. */
export function correlate(runtime: Runtime, correlation: Correlation): void {
  const { grid, taps, channels, fold, x, filter, y } = correlation;
  const { table, weights } = runtime.workspace({ table: 12 * taps.length, weights: bytes(channels) });
  const shared = typeof filter !== "number";
  runtime.writeIntegers(
    table,
    taps.flatMap(([row, column, tap]) => [row, column, shared ? 0 : tap]),
  );
  if (shared) {
    const bits = bitsOf(filter.weight);
    runtime.writeIntegers(
      weights,
      Array.from({ length: channels }, () => bits),
    );
  }
  const rowsPerTask = rowsOfTask(grid.gridWidth * channels);
  runtime.run(
    "depthwise",
    Math.ceil((grid.images * grid.gridHeight) / rowsPerTask),
    {
      ...grid,
      taps: taps.length,
      table,
      channels,
      fold,
      rowsPerTask,
      x,
      filter: shared ? weights : filter,
      y,
    },
    8 * taps.length + bytes(channels),
  );
}

/** Rows of `rowValues` values that make a task. */
export function rowsOfTask(rowValues: number, values = VALUES): number {
  return Math.max(1, Math.floor(values / rowValues));
}
