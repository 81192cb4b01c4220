import { declare } from "../bindings.js";
import { type Dispatch, i32, u32 } from "../dispatch.js";
import { foldedGrid, groupIndex } from "../fold.js";
import type { LossSizes } from "./loss.js";

const THREADS = 64;

/**
 * Marks of anchors, then contrasts: int32 `[anchors + contrasts, 4]`. The last is, of an anchor, the contrast from which positives
 * of other samples than its own are capped out.
 *
 * Reads ids, samples and labels, of anchors and contrasts each.
 */
export function limitsOf({ anchors, contrasts }: LossSizes, cap: number): Dispatch {
  const groups = Math.max(anchors, Math.ceil(contrasts / THREADS));
  return {
    name: "contrastive/limits",
    key: "",
    code,
    uniforms: [u32(anchors), u32(contrasts), i32(cap)],
    grid: foldedGrid(groups),
  };
}

/** A workgroup has an anchor; each of its invocations counts the positives in a run of contrasts. */
const code = () => `
${declare({
  reads: {
    anchorIds: "i32",
    contrastIds: "i32",
    anchorSamples: "i32",
    contrastSamples: "i32",
    anchorLabels: "i32",
    contrastLabels: "i32",
  },
  writes: { marks: "vec4i" },
  uniforms: { anchors: "u32", contrasts: "u32", cap: "i32" },
})}

var<workgroup> counts: array<i32, ${THREADS}>;
var<workgroup> limit: u32;

fn isCapped(anchor: u32, contrast: u32) -> bool {
  let id = contrastIds[contrast];
  return id != -1 && id != anchorIds[anchor] &&
    contrastLabels[contrast] == anchorLabels[anchor] &&
    contrastSamples[contrast] != anchorSamples[anchor];
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let task = ${groupIndex};
  let copied = task * ${THREADS}u + thread;
  if (copied < sizes.contrasts) {
    marks[sizes.anchors + copied] = vec4i(contrastIds[copied], contrastLabels[copied], contrastSamples[copied], 0);
  }
  let anchor = min(task, sizes.anchors - 1u);
  let run = (sizes.contrasts + ${THREADS - 1}u) / ${THREADS}u;
  let begin = thread * run;
  let end = min(begin + run, sizes.contrasts);
  var count = 0;
  for (var contrast = begin; contrast < end; contrast++) {
    if (isCapped(anchor, contrast)) { count++; }
  }
  counts[thread] = count;
  if (thread == 0u) { limit = sizes.contrasts; }
  workgroupBarrier();
  var seen = 0;
  for (var before = 0u; before < thread; before++) { seen += counts[before]; }
  // One run has the first that is too many, unless none has.
  if (seen <= sizes.cap && seen + count > sizes.cap) {
    for (var contrast = begin; contrast < end; contrast++) {
      if (isCapped(anchor, contrast)) {
        seen++;
        if (seen > sizes.cap) {
          limit = contrast;
          break;
        }
      }
    }
  }
  workgroupBarrier();
  if (thread == 0u && task < sizes.anchors) {
    marks[task] = vec4i(anchorIds[task], anchorLabels[task], anchorSamples[task], i32(limit));
  }
}`;
