import { type Dispatch, f32, u32 } from "../dispatch.js";
import { foldedGrid } from "../fold.js";
import { type Finish, finishKey, plain } from "./finish.js";
import { type Operand, storageKey, widthOf } from "./operand.js";
import { productCode } from "./product-code.js";
import { sumOfSplits } from "./sum-of-splits.js";
import {
  chooseTiling,
  matrixTiles,
  type ProductShape,
  tileCount,
  tileKey,
  tiles,
  type Tiling,
} from "./tiling.js";

export interface Product {
  readonly name: string;
  readonly shape: ProductShape;
  /** Values from a product of the batch to the next; 0 if all share one. */
  readonly strides?: { readonly a: number; readonly b: number };
  readonly a: Operand;
  readonly b: Operand;
  readonly finish?: Finish;
  /** Of the activation that has one. */
  readonly slope?: number;
  /** Whether the results are stored as halves; their columns must divide by 4. */
  readonly half?: boolean;
  /** Where results go, if not to a row-major matrix for each of the batch. */
  readonly place?: Place;
  /** Whether factors are rounded to halves and multiplied by subgroups' matrices, where both have loads of 4; sums are of 32 bits. */
  readonly matrices?: boolean;
  readonly tiling?: Tiling;
}

/** A product whose results lie elsewhere than in rows, and whose inner axis may be shorter in some of the batch. */
export interface Place {
  readonly key: string;
  /** Functions that the statements, and the operands, call. */
  readonly code: string;
  /** WGSL of the length of the inner axis in product `batch`. */
  readonly inner: string;
  /** Statements that return the index of column 0 of row `row` of product `batch`, or `nowhere`. */
  readonly index: string;
  /** Values of the results together. */
  readonly size: number;
}

/** A product and how the rule cuts it. */
export interface Choice {
  readonly product: Product;
  readonly tiling: Tiling;
}

/** The runs that compute a product. */
export interface ProductPlan {
  /** Where the caller left the tile open: another one, with the same splits, gives the same bits. */
  readonly choice?: Choice;
  /** On a, b, the bias if `sum` is none and there is one, and the results; or the partial results, if there is `sum`. */
  readonly product: Dispatch;
  /** On the partial results, the bias if there is one, and the results. */
  readonly sum?: { readonly dispatch: Dispatch; readonly partialSize: number };
}

/**
 * The product of two matrices [rows, inner] and [inner, columns], or of a batch of them, with tiles in registers: a workgroup
 * holds `depth` values of the inner axis of its rows and columns in its memory, and each thread multiplies out a few of either.
 *
 * Where the inner axis is split, partial results are summed in order: the same bits every time.
 */
export function product(options: Product): ProductPlan {
  const {
    name,
    shape,
    a,
    b,
    place,
    finish = plain,
    slope = 0,
    strides = { a: 0, b: 0 },
    half = false,
  } = options;
  const matrices = options.matrices === true && a.width === 4 && b.width === 4;
  const tiling = options.tiling ?? chooseTiling(shape, matrices ? matrixTiles : tiles);
  const { tile, splits, innerOfSplit } = tiling;
  const { batches, rows, columns, inner } = shape;
  const size = place?.size ?? batches * rows * columns;
  const width = widthOf(columns);
  const finished = splits === 1 ? finish : plain;
  // Partial results are of 32 bits.
  const stored = half && splits === 1;
  // In the order of `Sizes`.
  const counts = [
    rows,
    columns,
    inner,
    Math.ceil(rows / tile.rows),
    Math.ceil(columns / tile.columns),
    splits,
    innerOfSplit,
    batches,
    strides.a,
    strides.b,
    size,
  ];
  const key = [
    tileKey(tile),
    a.key,
    b.key,
    `store ${storageKey(width, stored)}`,
    place?.key,
    finishKey(finished),
  ].join("; ");
  return {
    ...(options.tiling === undefined && { choice: { product: options, tiling } }),
    product: {
      name,
      key,
      code: () => productCode({ tile, a, b, width, half: stored, finish: finished, place }),
      uniforms: [...counts.map(u32), f32(slope)],
      halves: halfBindings(a, b, finished.bias ? 3 : 2, stored),
      grid: foldedGrid(tileCount(tile, shape) * splits),
    },
    ...(splits > 1 && {
      sum: {
        dispatch: sumOfSplits({ name, size, splits, columns, finish, slope, half }),
        partialSize: splits * size,
      },
    }),
  };
}

function halfBindings(a: Operand, b: Operand, resultsAt: number, results: boolean): readonly number[] {
  return [a.half, b.half].flatMap((half, i) => (half ? [i] : [])).concat(results ? [resultsAt] : []);
}
