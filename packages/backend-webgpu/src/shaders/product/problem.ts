import { finishKey, plain } from "./finish.js";
import { storageKey, widthOf } from "./operand.js";
import { type Choice, product, type Product, type ProductPlan } from "./product.js";
import {
  matrixTiles,
  type ProductShape,
  storageOf,
  type Tile,
  tiles,
  type Tiling,
  threadsOf,
} from "./tiling.js";

/** A product whose tile is chosen by trying. */
export interface Problem extends Choice {
  /** The same for products that the same tile suits. */
  readonly key: string;
  /** Tiles to try, the rule's first. All give the same bits. */
  readonly candidates: readonly Tile[];
  readonly sizes: FactorSizes;
}

/** Values of the factors. */
export interface FactorSizes {
  readonly a: number;
  readonly b: number;
}

/** What a workgroup may have on the device, in WebGPU's names. */
export interface WorkgroupLimits {
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
}

/** Tiles that the rule does not take: deeper and flatter ones, larger ones, and threads with less or more of a tile. */
const others: readonly Tile[] = [
  { rows: 128, columns: 128, threadRows: 8, threadColumns: 8, depth: 8 },
  { rows: 128, columns: 128, threadRows: 8, threadColumns: 8, depth: 32 },
  { rows: 256, columns: 64, threadRows: 8, threadColumns: 8, depth: 16 },
  { rows: 64, columns: 256, threadRows: 8, threadColumns: 8, depth: 16 },
  { rows: 128, columns: 64, threadRows: 8, threadColumns: 4, depth: 16 },
  { rows: 128, columns: 64, threadRows: 8, threadColumns: 8, depth: 32 },
  { rows: 64, columns: 128, threadRows: 8, threadColumns: 8, depth: 32 },
  { rows: 128, columns: 32, threadRows: 8, threadColumns: 4, depth: 16 },
  { rows: 32, columns: 128, threadRows: 4, threadColumns: 8, depth: 16 },
  { rows: 64, columns: 64, threadRows: 4, threadColumns: 4, depth: 16 },
  { rows: 64, columns: 64, threadRows: 8, threadColumns: 8, depth: 8 },
  { rows: 64, columns: 64, threadRows: 8, threadColumns: 8, depth: 32 },
  { rows: 32, columns: 32, threadRows: 4, threadColumns: 4, depth: 32 },
  { rows: 128, columns: 64, threadRows: 8, threadColumns: 4, depth: 16, ahead: true },
  { rows: 64, columns: 64, threadRows: 4, threadColumns: 4, depth: 16, ahead: true },
  ...tiles.map((tile) => ({ ...tile, ahead: false })),
];

export const allTiles: readonly Tile[] = [...tiles, ...others];
const allDepths = [...new Set(allTiles.map(({ depth }) => depth))].sort((x, y) => x - y);

/** What a device makes of its products, by what matters to their time. */
export function problem(choice: Choice, sizes: FactorSizes, limits: WorkgroupLimits): Problem {
  return { ...choice, key: keyOf(choice), candidates: candidatesOf(choice, limits), sizes };
}

/** All that the code depends on but the tile, the shape roughly, and which depths sum alike. */
export function keyOf(choice: Choice): string {
  const { a, b, place, finish = plain, half = false, shape } = choice.product;
  const { batches, rows, columns, inner } = shape;
  return [
    `${roughly(batches)} of ${roughly(rows)} × ${roughly(columns)} over ${roughly(inner)}`,
    a.key,
    b.key,
    `store ${storageKey(widthOf(columns), half && choice.tiling.splits === 1)}`,
    place?.key ?? "rows",
    finishKey(choice.tiling.splits === 1 ? finish : plain),
    `depths ${depthsOf(choice).join(" ")}`,
    ...(choice.tiling.tile.unit === "subgroup" ? ["matrices"] : []),
  ].join("; ");
}

/** The plan with a tile in place of the rule's, and the rule's splits, which decide the order of the sum. */
export function cutBy(tile: Tile, { product: options, tiling }: Choice): ProductPlan {
  return product({ ...options, tiling: { ...tiling, tile } });
}

/** Tiles of subgroups, and the same with the next values read ahead. */
export const allMatrixTiles: readonly Tile[] = [
  ...matrixTiles,
  ...matrixTiles.map((tile) => ({ ...tile, ahead: true })),
];

function candidatesOf(choice: Choice, limits: WorkgroupLimits): Tile[] {
  const { shape } = choice.product;
  const { tile: byRule } = choice.tiling;
  const depths = depthsOf(choice);
  const fits = (tile: Tile) =>
    depths.includes(tile.depth) &&
    threadsOf(tile) <= Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX) &&
    storageOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    isHalfFull(tile.rows, shape.rows) &&
    isHalfFull(tile.columns, shape.columns);
  const all = byRule.unit === "subgroup" ? allMatrixTiles : allTiles;
  return [byRule, ...all.filter((tile) => tile !== byRule && fits(tile))];
}

/** A tile that is mostly beyond the border is not worth a try. */
function isHalfFull(tile: number, length: number): boolean {
  return tile < 2 * length || tile <= 32;
}

/**
 * The depths that pad each split with as many zeros as the rule's does. What is added beyond the end is 0 · 0, which changes
 * nothing but the sign of a zero; it shall not change that.
 */
function depthsOf({ product: { shape, place }, tiling }: Choice): number[] {
  const { tile, splits, innerOfSplit } = tiling;
  // A place may have a shorter inner axis in some of the batch.
  if (place !== undefined && shape.batches > 1) return [tile.depth];
  const lengths = [shape.inner - (splits - 1) * innerOfSplit, ...(splits > 1 ? [innerOfSplit] : [])];
  return allDepths.filter((depth) =>
    lengths.every((length) => padded(length, depth) === padded(length, tile.depth)),
  );
}

function padded(length: number, depth: number): number {
  return Math.ceil(length / depth) * depth;
}

/** To one of four steps between powers of two. */
function roughly(count: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(count)) - 2);
  return Math.round(count / step) * step;
}

/** A problem that takes about as long in proportion, and the buffers it needs. */
export interface Trial extends Choice {
  /** Values of `a`, `b` and the results, or partial results. */
  readonly sizes: FactorSizes & { readonly results: number };
}

/** Rows, or what there is of the inner axis in a split, are cut to a multiple of this: all widths and depths divide it. */
const GRAIN = 128;

/**
 * The problem with less of the axis that grows with the batch, where it needs more than `most` values; undefined if it can't be
 * cut to that.
 */
export function trialOf({ product: options, tiling, sizes }: Problem, most: number): Trial | undefined {
  const { shape, place, strides } = options;
  const axis = tiling.splits > 1 ? "inner" : strides !== undefined && strides.a > 0 ? "batches" : "rows";
  const length = axis === "inner" ? tiling.innerOfSplit : shape[axis];
  const grain = axis === "batches" ? 1 : GRAIN;
  for (let share = 1; ; share /= 2) {
    const cut = share === 1 ? length : Math.ceil((length * share) / grain) * grain;
    const part = Math.min(1, cut / length);
    const trial = withLength(axis, cut);
    const size =
      place === undefined ? sizeOf(trial.shape) : Math.ceil(place.size * (axis === "rows" ? part : 1));
    const scaled = {
      a: Math.ceil(sizes.a * part),
      b: axis === "inner" || (axis === "batches" && strides!.b > 0) ? Math.ceil(sizes.b * part) : sizes.b,
      results: tiling.splits * size,
    };
    if (scaled.a + scaled.b + scaled.results <= most) {
      const product: Product = {
        ...options,
        shape: trial.shape,
        ...(place !== undefined && { place: { ...place, size } }),
      };
      return { product, tiling: trial.tiling, sizes: scaled };
    }
    if (length * share <= grain) return undefined;
  }

  function withLength(which: typeof axis, cut: number): { shape: ProductShape; tiling: Tiling } {
    if (which !== "inner") return { shape: { ...shape, [which]: cut }, tiling };
    const inner = cut === length ? shape.inner : tiling.splits * cut;
    return { shape: { ...shape, inner }, tiling: { ...tiling, innerOfSplit: cut } };
  }
}

function sizeOf({ batches, rows, columns }: ProductShape): number {
  return batches * rows * columns;
}
