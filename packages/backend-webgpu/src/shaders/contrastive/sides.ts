import { f32, u32, type Uniform } from "../dispatch.js";
import type { LossSizes } from "./loss.js";

/** Rows of a tile of either side. */
export const TILE = 64;

/** Workgroups that keep a GPU busy. More of them write more partial results. */
const BUSY = 256;

/** One side's rows stand still in a workgroup, `own`; the `other` side's pass by. */
export interface Sides {
  readonly vectors: boolean;
  /** Whether both are the same rows; the bindings are then of `own` only. */
  readonly oneSet: boolean;
  /** Whether marks come from `limitsOf`, of anchors and then contrasts, and not from ids and labels. */
  readonly capped: boolean;
}

/** How the other side's rows are shared among workgroups that have the same rows of their own. */
export interface Splits {
  readonly tiles: number;
  readonly splits: number;
  /** Rows of the other side in a split, a multiple of `TILE`. */
  readonly rows: number;
}

/** `layers` workgroups have the same rows of both sides. */
export function splitsOf(ownRows: number, otherRows: number, layers = 1): Splits {
  const tiles = Math.ceil(ownRows / TILE);
  const otherTiles = Math.ceil(otherRows / TILE);
  const most = Math.min(otherTiles, Math.max(1, Math.floor(BUSY / (tiles * layers))));
  const rows = Math.ceil(otherTiles / most) * TILE;
  return { tiles, splits: Math.ceil(otherRows / rows), rows };
}

export const sizesStruct = {
  ownRows: "u32",
  otherRows: "u32",
  ownFirst: "u32",
  otherFirst: "u32",
  split: "u32",
  dim: "u32",
  parts: "u32",
  sharpness: "f32",
} as const;

/** `own` says which side stands still. */
export function sizesOf(
  { anchors, contrasts, dim, temperature }: LossSizes,
  { rows }: Splits,
  own: "anchors" | "contrasts",
  oneSet = false,
): readonly Uniform[] {
  const behind = oneSet ? 0 : anchors;
  const [ownRows, otherRows] = own === "anchors" ? [anchors, contrasts] : [contrasts, anchors];
  const [ownFirst, otherFirst] = own === "anchors" ? [0, behind] : [behind, 0];
  const parts = Math.ceil(dim / 4);
  const counts = [ownRows, otherRows, ownFirst, otherFirst, rows, dim, parts];
  return [...counts.map(u32), f32(1 / temperature)];
}

export function sideReads({ vectors, oneSet, capped }: Sides): Record<string, string> {
  const element = vectors ? "vec4f" : "f32";
  return {
    own: element,
    ...(oneSet ? {} : { other: element }),
    ...(capped
      ? { marks: "vec4i" }
      : {
          ownIds: "i32",
          ownLabels: "i32",
          ...(oneSet ? {} : { otherIds: "i32", otherLabels: "i32" }),
        }),
  };
}

/**
 * Four values of a row, with zeros past its end and for rows that are not there; and its mark: id, label, sample, and of an
 * anchor the contrast from which positives are capped out. The id of a row that is not there is −1.
 */
export function sideCode(sides: Sides): string {
  return `
${rowCode("own", "own", sides)}
${rowCode("other", sides.oneSet ? "own" : "other", sides)}`;
}

function rowCode(side: string, buffer: string, { vectors, capped }: Sides): string {
  const values = vectors
    ? `return ${buffer}[row * sizes.parts + part];`
    : `let at = row * sizes.dim + 4u * part;
  let left = sizes.dim - 4u * part;
  var x = vec4f(${buffer}[at], 0, 0, 0);
  ${[1, 2, 3].map((i) => `if (left > ${i}u) { x[${i}] = ${buffer}[at + ${i}u]; }`).join("\n  ")}
  return x;`;
  return `
fn ${side}Part(row: u32, part: u32) -> vec4f {
  if (row >= sizes.${side}Rows || part >= sizes.parts) { return vec4f(); }
  ${values}
}

fn ${side}Mark(row: u32) -> vec4i {
  if (row >= sizes.${side}Rows) { return vec4i(-1); }
  return ${capped ? `marks[sizes.${side}First + row]` : `vec4i(${buffer}Ids[row], ${buffer}Labels[row], 0, 0)`};
}`;
}
