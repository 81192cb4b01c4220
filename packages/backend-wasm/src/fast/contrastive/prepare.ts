import { bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import { facing, type Side, tasksOf } from "./sides.js";

/** Bytes of a side of at most `rows` rows, packed as rows and packed across. */
export function packedSizes({ layout: { blockRows, tileRows } }: Runtime, rows: number, dim: number) {
  const padded = Math.ceil(rows / blockRows) * blockRows;
  return { packed: bytes(padded, dim), across: bytes(padded, Math.ceil(dim / tileRows) * tileRows) };
}

/** Packs a side; `across` may be 0: not that. */
export function pack(runtime: Runtime, { rows, x }: Side, dim: number, packed: number, across: number): void {
  const tasks = Math.ceil(rows / runtime.layout.blockRows);
  runtime.run("contrastivePack", tasks, { rows, dim, x, packed, across }, 64);
}

/** Finds where each anchor's positives are capped. Returns `limits`, or 0 where there is no cap. */
export function findLimits(
  runtime: Runtime,
  anchors: Side,
  contrasts: Side,
  cap: number,
  limits: number,
): number {
  if (cap < 0) return 0;
  const args = { ...facing(anchors, contrasts), cap, limits };
  runtime.run("contrastiveLimits", tasksOf(anchors), args, 256);
  return limits;
}
