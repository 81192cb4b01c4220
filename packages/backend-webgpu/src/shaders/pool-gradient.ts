import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { linearGrid, linearMain } from "./linear.js";

/** Windows over images `[batch, inHeight, inWidth, channels]` that give `[batch, outHeight, outWidth, channels]`. */
export interface Pooling {
  readonly batch: number;
  readonly channels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** `x` → `positions`, int32: which pixel of each window is the first of the largest; -1 for none, where all are NaN. */
export function largestPositions(pooling: Pooling): Dispatch {
  return perValue("pool/largest-positions", pooling, pooling.outHeight * pooling.outWidth, {
    reads: { x: "Vector" },
    writes: { positions: "Positions" },
    body: /* wgsl */ `
  ${pixelOf("OUT")}
  var largest = Vector(-3.4028234e38);
  var position = Positions(-1);
  for (var i = 0; i < FILTER_HEIGHT; i++) {
    let y = top * STRIDE_HEIGHT - PAD_TOP + i;
    if (y < 0 || y >= IN_HEIGHT) { continue; }
    for (var j = 0; j < FILTER_WIDTH; j++) {
      let across = left * STRIDE_WIDTH - PAD_LEFT + j;
      if (across < 0 || across >= IN_WIDTH) { continue; }
      let value = x[((image * IN_HEIGHT + y) * IN_WIDTH + across) * COLUMNS + column];
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
export function maxPoolGradient(pooling: Pooling): Dispatch {
  return gather(
    "pool/max-gradient",
    pooling,
    ["positions"],
    "select(Vector(), dy[window], positions[window] == Positions(place))",
  );
}

/** `dy` → `dx`, each window's gradient divided by all of its pixels, those beside the image too. */
export function averagePoolGradient(pooling: Pooling): Dispatch {
  return gather("pool/average-gradient", pooling, [], "dy[window] / f32(FILTER_HEIGHT * FILTER_WIDTH)");
}

/** The sum, for each pixel, over the windows that it lies in: `window` numbers them in `dy`, `place` the pixel in each. */
function gather(name: string, pooling: Pooling, positions: readonly "positions"[], term: string): Dispatch {
  return perValue(name, pooling, pooling.inHeight * pooling.inWidth, {
    reads: { dy: "Vector", ...Object.fromEntries(positions.map((read) => [read, "Positions"])) },
    writes: { dx: "Vector" },
    body: /* wgsl */ `
  ${pixelOf("IN")}
  var sum = Vector();
  for (var i = 0; i < FILTER_HEIGHT; i++) {
    let down = top + PAD_TOP - i;
    if (down < 0 || down % STRIDE_HEIGHT != 0 || down / STRIDE_HEIGHT >= OUT_HEIGHT) { continue; }
    for (var j = 0; j < FILTER_WIDTH; j++) {
      let along = left + PAD_LEFT - j;
      if (along < 0 || along % STRIDE_WIDTH != 0 || along / STRIDE_WIDTH >= OUT_WIDTH) { continue; }
      let place = i * FILTER_WIDTH + j;
      let row = image * OUT_HEIGHT + down / STRIDE_HEIGHT;
      let window = (row * OUT_WIDTH + along / STRIDE_WIDTH) * COLUMNS + column;
      sum += ${term};
    }
  }
  dx[at] = sum;`,
  });
}

/** The image, the pixel and the channels of element `at`. */
function pixelOf(side: "IN" | "OUT"): string {
  return /* wgsl */ `
  let column = i32(at) % COLUMNS;
  let pixel = i32(at) / COLUMNS;
  let left = pixel % ${side}_WIDTH;
  let top = pixel / ${side}_WIDTH % ${side}_HEIGHT;
  let image = pixel / (${side}_WIDTH * ${side}_HEIGHT);`;
}

function perValue(
  name: string,
  { batch, channels, ...sizes }: Pooling,
  pixels: number,
  {
    reads,
    writes,
    body,
  }: {
    readonly reads: Readonly<Record<string, string>>;
    readonly writes: Readonly<Record<string, string>>;
    readonly body: string;
  },
): Dispatch {
  const isVector = channels % 4 === 0;
  const columns = isVector ? channels / 4 : channels;
  const count = batch * pixels * columns;
  // All but the batch: the loops are over few steps that a compiler should know.
  const constants = Object.entries(sizes).map(
    ([size, value]) => `const ${size.replace(/[A-Z]/, "_$&").toUpperCase()} = ${value};`,
  );
  return {
    name,
    key: [channels, ...Object.values(sizes)].join(),
    code: () => /* wgsl */ `
alias Vector = ${isVector ? "vec4f" : "f32"};
alias Positions = ${isVector ? "vec4i" : "i32"};
const COLUMNS = ${columns};
${constants.join("\n")}
${declare({ reads, writes, uniforms: { count: "u32" } })}
${linearMain(`
  if (at >= sizes.count) { return; }
  ${body}
`)}`,
    uniforms: [u32(count)],
    grid: linearGrid(count),
  };
}
