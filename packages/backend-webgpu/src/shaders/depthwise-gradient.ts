import {
  type ColumnTile,
  columnHead,
  columnMain,
  columnTile,
  fewSplits,
  mergeDown,
  splitUniforms,
  THREADS,
} from "./column-tile.js";
import type { Dispatch } from "./dispatch.js";
import { sumSplits } from "./sum-splits.js";
import { gather, windowConstants, windowKey, type Windows } from "./windows.js";

/** `dy`, `weights` `[filterHeight, filterWidth, channels, multiplier]` → `dx` */
export function depthwiseInputGradient(windows: Windows, multiplier: number): Dispatch {
  return gather("depthwise/input-gradient", windows, {
    reads: { weights: "Vector" },
    multiplier,
    each: /* wgsl */ `
      for (var k = 0; k < MULTIPLIER; k++) {
        let output = (window * COLUMNS + column) * MULTIPLIER + k;
        let weight = (place * COLUMNS + column) * MULTIPLIER + k;
        sum += dy[output] * weights[weight];
      }`,
  });
}

/**
 * The gradient of the weights, in two dispatches: `dy`, `x` → `parts` `[splits, weights]`, then `parts` → `dWeights`.
 *
 * Threads walk down the windows of an output channel or four, and each workgroup takes one row of the filter.
 */
export function depthwiseFilterGradient(windows: Windows, multiplier: number) {
  const { batch, channels, outHeight, outWidth, filterHeight, filterWidth } = windows;
  const tile = columnTile(channels * multiplier, multiplier === 1 ? 4 : 1);
  const split = fewSplits(tile, batch * outHeight * outWidth);
  const size = filterHeight * filterWidth * channels * multiplier;
  return {
    partsShape: [split.splits, size],
    ofParts: {
      name: "depthwise/filter-gradient",
      key: `${windowKey(windows)} ${multiplier}`,
      code: () => ofParts(tile, windows, multiplier),
      uniforms: splitUniforms(split),
      grid: [tile.groups, split.splits, filterHeight],
    } satisfies Dispatch,
    sum: sumSplits(size, split.splits),
  };
}

function ofParts(tile: ColumnTile, windows: Windows, multiplier: number): string {
  return /* wgsl */ `
${columnHead(tile, { reads: ["dy", "x"], writes: ["parts"] })}
${windowConstants(windows)}
const MULTIPLIER = ${multiplier}u;
var<workgroup> ofThreads: array<Vector, ${THREADS}>;
${columnMain}
  let i = i32(group.z);
  var own = array<Vector, FILTER_WIDTH>();
  if (column < COLUMNS) {
    for (var row = first; row < end; row += DOWN) {
      let window = i32(row);
      let down = window / OUT_WIDTH % OUT_HEIGHT * STRIDE_HEIGHT - PAD_TOP + i * DILATION_HEIGHT;
      if (down < 0 || down >= IN_HEIGHT) { continue; }
      let line = (window / (OUT_WIDTH * OUT_HEIGHT) * IN_HEIGHT + down) * IN_WIDTH;
      let left = window % OUT_WIDTH * STRIDE_WIDTH - PAD_LEFT;
      let gradient = dy[row * COLUMNS + column];
      for (var j = 0; j < FILTER_WIDTH; j++) {
        let along = left + j * DILATION_WIDTH;
        if (along < 0 || along >= IN_WIDTH) { continue; }
        own[j] += gradient * x[u32(line + along) * (COLUMNS / MULTIPLIER) + column / MULTIPLIER];
      }
    }
  }
  for (var j = 0; j < FILTER_WIDTH; j++) {
    workgroupBarrier();
    ofThreads[thread] = own[j];
    ${mergeDown("ofThreads[thread] += ofThreads[thread + half * ACROSS];")}
    if (thread < ACROSS && column < COLUMNS) {
      let place = (group.y * FILTER_HEIGHT + group.z) * FILTER_WIDTH + u32(j);
      parts[place * COLUMNS + column] = ofThreads[thread];
    }
  }
}
`;
}
