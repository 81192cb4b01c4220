import { declare } from "../bindings.js";
import { type Dispatch, f32, u32 } from "../dispatch.js";
import { THREADS } from "../optimizer/blocks.js";

export interface ScaleRule {
  /** Good steps after which the scale is doubled. */
  readonly growthInterval: number;
  readonly smallest: number;
  readonly largest: number;
}

/**
 * Whether all flags are 1, the next scale, and how many steps it has been good for.
 *
 * Reads flags, scale and steps; writes `finite`, and scale and steps anew.
 */
export function nextScale(flags: number, { growthInterval, smallest, largest }: ScaleRule): Dispatch {
  return {
    name: "loss-scale/next",
    key: "",
    code: () => code,
    uniforms: [u32(flags), f32(growthInterval), f32(smallest), f32(largest)],
    grid: [1],
  };
}

const code = /* wgsl */ `
${declare({
  reads: { flags: "f32", scale: "f32", good_steps: "f32" },
  writes: { finite: "f32", next_scale: "f32", next_good_steps: "f32" },
  uniforms: { count: "u32", growth_interval: "f32", smallest: "f32", largest: "f32" },
})}
var<workgroup> overflows: atomic<u32>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32) {
  var found = false;
  for (var at = thread; at < sizes.count; at += ${THREADS}u) { found = found || flags[at] == 0; }
  if (found) { atomicStore(&overflows, 1u); }
  workgroupBarrier();
  if (thread > 0u) { return; }
  let is_finite = atomicLoad(&overflows) == 0u;
  let steps = good_steps[0] + 1;
  let grows = steps >= sizes.growth_interval;
  finite[0] = select(0.0, 1.0, is_finite);
  next_good_steps[0] = select(0.0, steps, is_finite && !grows);
  if (!is_finite) {
    next_scale[0] = max(scale[0] * 0.5, sizes.smallest);
  } else if (grows) {
    next_scale[0] = min(scale[0] * 2, sizes.largest);
  } else {
    next_scale[0] = scale[0];
  }
}`;
