import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { accessTo, bindingsOf, halves } from "./half.js";
import { linearGrid, linearMain } from "./linear.js";

/** Windows over images `[batch, inHeight, inWidth, channels]`, one for each pixel of `[batch, outHeight, outWidth, …]`. */
export interface Windows {
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
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

interface PerValue {
  /** Types by name, as `Bindings`; where they are of halves, `Vector`. */
  readonly reads: Readonly<Record<string, string>>;
  readonly writes: Readonly<Record<string, string>>;
  readonly body: string;
  /** Those of the buffers that are of halves; channels must divide by 4. */
  readonly inHalves?: readonly string[];
  /** Output channels of each input channel; where it is not 1, a vector is one float. */
  readonly multiplier?: number;
}

/** The channels and the sizes, as WGSL and as a key; the batch is not in it: shaders are told. */
export function windowConstants(windows: Windows): string {
  return sizesOf(windows)
    .map(([name, value]) => `const ${name.replace(/[A-Z]/, "_$&").toUpperCase()} = ${value};`)
    .join("\n");
}

export function windowKey(windows: Windows): string {
  return sizesOf(windows)
    .map(([, value]) => value)
    .join();
}

/** The loops over a window are of few steps, that a compiler should know. */
function sizesOf(windows: Windows): [name: string, value: number][] {
  return Object.entries(windows).filter(([name]) => name !== "batch");
}

/** A shader that takes the values of the images, or one value a window and channel, each for itself. */
export function perValue(
  name: string,
  windows: Windows,
  side: "IN" | "OUT",
  { reads, writes, body, inHalves = [], multiplier = 1 }: PerValue,
): Dispatch {
  const { batch, channels } = windows;
  const pixels = side === "IN" ? windows.inHeight * windows.inWidth : windows.outHeight * windows.outWidth;
  const isVector = channels % 4 === 0 && multiplier === 1;
  const columns = isVector ? channels / 4 : channels;
  const count = batch * pixels * columns;
  const stored = (types: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(types).map(([name, type]) => [name, inHalves.includes(name) ? halves.element : type]),
    );
  return {
    name,
    key: [windowKey(windows), multiplier, ...inHalves].join(" "),
    code: () => /* wgsl */ `
alias Vector = ${isVector ? "vec4f" : "f32"};
alias Positions = ${isVector ? "vec4i" : "i32"};
const COLUMNS = ${columns};
const MULTIPLIER = ${multiplier};
${windowConstants(windows)}
${declare({ reads: stored(reads), writes: stored(writes), uniforms: { count: "u32" } })}
${inHalves.length > 0 ? halves.code : ""}
${linearMain(`
  if (at >= sizes.count) { return; }
  let column = i32(at) % COLUMNS;
  let pixel = i32(at) / COLUMNS;
  let left = pixel % ${side}_WIDTH;
  let top = pixel / ${side}_WIDTH % ${side}_HEIGHT;
  let image = pixel / (${side}_WIDTH * ${side}_HEIGHT);
  ${body}
`)}`,
    uniforms: [u32(count)],
    halves: bindingsOf([...Object.keys(reads), ...Object.keys(writes)], inHalves),
    grid: linearGrid(count),
  };
}

/**
 * `dy` and others → `dx`, for each value of the images the sum over the windows that it lies in: `each` adds to `sum` what comes
 * from a `window`, a number of `[batch, outHeight, outWidth]`, in which it has the `place` `[filterHeight, filterWidth]`.
 */
export function gather(
  name: string,
  windows: Windows,
  {
    reads,
    each,
    inHalves = [],
    multiplier,
  }: Pick<PerValue, "reads" | "inHalves" | "multiplier"> & { readonly each: string },
): Dispatch {
  return perValue(name, windows, "IN", {
    reads: { dy: "Vector", ...reads },
    writes: { dx: "Vector" },
    inHalves,
    multiplier,
    body: /* wgsl */ `
  var sum = Vector();
  for (var i = 0; i < FILTER_HEIGHT; i++) {
    let down = top + PAD_TOP - i * DILATION_HEIGHT;
    if (down < 0 || down % STRIDE_HEIGHT != 0 || down / STRIDE_HEIGHT >= OUT_HEIGHT) { continue; }
    for (var j = 0; j < FILTER_WIDTH; j++) {
      let along = left + PAD_LEFT - j * DILATION_WIDTH;
      if (along < 0 || along % STRIDE_WIDTH != 0 || along / STRIDE_WIDTH >= OUT_WIDTH) { continue; }
      let place = i * FILTER_WIDTH + j;
      let window = (image * OUT_HEIGHT + down / STRIDE_HEIGHT) * OUT_WIDTH + along / STRIDE_WIDTH;
      ${each}
    }
  }
  ${accessTo(inHalves).write("dx[at]", "sum")}`,
  });
}
