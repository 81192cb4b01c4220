/** Invocations of a workgroup, which has one image at a time. */
export const THREADS = 256;

/** Where the image is that a program works on, as red, green and blue in 0..1; of a grey image all three are its grey. */
export interface Canvas {
  readonly name: string;
  /** WGSL of what follows, with `pixelAt(i)` and `pixelsOf(group)`. */
  readonly declarations: string;
  /** WGSL, in flow that all threads share, that makes each pixel `i` of `count` anew by an expression of `i` and of old pixels. */
  replace(count: string, pixel: string): string;
  /** WGSL that lets go of the image before the next one. */
  readonly barrier: string;
}

/** The most pixels in workgroup memory: 12 KiB of the 16 that every device has. */
export const PIXELS_IN_WORKGROUP = 1024;

/** In workgroup memory; new pixels wait in registers until all old ones have been read. */
export const workgroupCanvas: Canvas = {
  name: "workgroup",
  declarations: /* wgsl */ `
var<workgroup> canvas: array<f32, ${3 * PIXELS_IN_WORKGROUP}>;

fn pixelAt(i: u32) -> vec3f {
  return vec3f(canvas[3u * i], canvas[3u * i + 1u], canvas[3u * i + 2u]);
}
`,
  replace: (count, pixel) => /* wgsl */ `{
  var made = array<vec3f, ${PIXELS_IN_WORKGROUP / THREADS}>();
  for (var slot = 0u; slot < ${PIXELS_IN_WORKGROUP / THREADS}u; slot++) {
    let i = thread + slot * ${THREADS}u;
    if (i < ${count}) { made[slot] = ${pixel}; }
  }
  workgroupBarrier();
  for (var slot = 0u; slot < ${PIXELS_IN_WORKGROUP / THREADS}u; slot++) {
    let i = thread + slot * ${THREADS}u;
    if (i < ${count}) {
      canvas[3u * i] = made[slot].r;
      canvas[3u * i + 1u] = made[slot].g;
      canvas[3u * i + 2u] = made[slot].b;
    }
  }
  workgroupBarrier();
}`,
  barrier: "workgroupBarrier();",
};

/** In a buffer `scratch`, in which a workgroup has two canvases of `sizes.canvas` pixels: the image and the one that it becomes. */
export const scratchCanvas: Canvas = {
  name: "scratch",
  declarations: /* wgsl */ `
var<private> canvasStart: u32;

fn pixelAt(i: u32) -> vec3f {
  let at = canvasStart + 3u * i;
  return vec3f(scratch[at], scratch[at + 1u], scratch[at + 2u]);
}
`,
  replace: (count, pixel) => /* wgsl */ `{
  let first = 6u * sizes.canvas * group.x;
  let next = select(first, first + 3u * sizes.canvas, canvasStart == first);
  for (var i = thread; i < ${count}; i += ${THREADS}u) {
    let made = ${pixel};
    scratch[next + 3u * i] = made.r;
    scratch[next + 3u * i + 1u] = made.g;
    scratch[next + 3u * i + 2u] = made.b;
  }
  storageBarrier();
  canvasStart = next;
}`,
  barrier: "storageBarrier();",
};
