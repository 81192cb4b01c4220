import type { Dispatch } from "./dispatch.js";
import { accessTo } from "./half.js";
import { gather, perValue, type Windows } from "./windows.js";

/** `x` → `y`, the largest of each window; NaN never is. */
export function maxPool(windows: Windows, inHalves: readonly string[]): Dispatch {
  const { read, write } = accessTo(inHalves);
  return perValue("pool/max", windows, "OUT", {
    reads: { x: "Vector" },
    writes: { y: "Vector" },
    inHalves,
    body: /* wgsl */ `
  var largest = Vector(-3.4028234e38);
  for (var i = 0; i < FILTER_HEIGHT; i++) {
    let down = top * STRIDE_HEIGHT - PAD_TOP + i * DILATION_HEIGHT;
    if (down < 0 || down >= IN_HEIGHT) { continue; }
    for (var j = 0; j < FILTER_WIDTH; j++) {
      let along = left * STRIDE_WIDTH - PAD_LEFT + j * DILATION_WIDTH;
      if (along < 0 || along >= IN_WIDTH) { continue; }
      let value = ${read("x[((image * IN_HEIGHT + down) * IN_WIDTH + along) * COLUMNS + column]")};
      largest = select(largest, value, value > largest);
    }
  }
  ${write("y[at]", "largest")}`,
  });
}

/** `x` → `positions`, int32: which pixel of each window is the first of the largest; -1 for none, where all are NaN. */
export function largestPositions(windows: Windows, inHalves: readonly string[] = []): Dispatch {
  const { read } = accessTo(inHalves);
  return perValue("pool/largest-positions", windows, "OUT", {
    reads: { x: "Vector" },
    writes: { positions: "Positions" },
    inHalves,
    body: /* wgsl */ `
  var largest = Vector(-3.4028234e38);
  var position = Positions(-1);
  for (var i = 0; i < FILTER_HEIGHT; i++) {
    let down = top * STRIDE_HEIGHT - PAD_TOP + i * DILATION_HEIGHT;
    if (down < 0 || down >= IN_HEIGHT) { continue; }
    for (var j = 0; j < FILTER_WIDTH; j++) {
      let along = left * STRIDE_WIDTH - PAD_LEFT + j * DILATION_WIDTH;
      if (along < 0 || along >= IN_WIDTH) { continue; }
      let value = ${read("x[((image * IN_HEIGHT + down) * IN_WIDTH + along) * COLUMNS + column]")};
      let isFirst = (position == Positions(-1)) & (value >= largest);
      let isLarger = isFirst | (value > largest);
      largest = select(largest, value, isLarger);
      position = select(position, Positions(i * FILTER_WIDTH + j), isLarger);
    }
  }
  positions[at] = position;`,
  });
}

/** `dy`, `positions` → `dx` */
export function maxPoolGradient(windows: Windows, inHalves: readonly string[] = []): Dispatch {
  const { read } = accessTo(inHalves);
  return gather("pool/max-gradient", windows, {
    reads: { positions: "Positions" },
    inHalves,
    each: /* wgsl */ `
      let source = window * COLUMNS + column;
      sum += select(Vector(), ${read("dy[source]")}, positions[source] == Positions(place));`,
  });
}

/** `dy` → `dx`, each window's gradient divided by all of its pixels, those beside the image too. */
export function averagePoolGradient(windows: Windows, inHalves: readonly string[] = []): Dispatch {
  const { read } = accessTo(inHalves);
  return gather("pool/average-gradient", windows, {
    reads: {},
    inHalves,
    each: `sum += ${read("dy[window * COLUMNS + column]")} / f32(FILTER_HEIGHT * FILTER_WIDTH);`,
  });
}
