import { BLOCK_ROWS } from "./block";
import { fillLanes, Lanes, loadPadded, Marks, setMarks } from "./contrastive-lanes";
import { acrossTile, dimPanels, multiplyPanel, packLanes, PRODUCTS, rowsTile } from "./contrastive-pack";
import { ANCHORS, CONTRASTS, differentiate, Factors, Loss } from "./contrastive-pairs";
import { multiplyTile } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/**
 * The gradient of one side, or, where both are one set, the sum of both: the side in the lanes, with the other, which
 * `contrastivePack` has packed, passing by. `sides` says which; `factors` [5][anchors] is of `contrastiveFactors`, and
 * `limits` of `contrastiveLimits` or 0.
 *
 * Tasks are groups of `lanesPerTask` rows, a multiple of 8.
 */
export function contrastiveGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  sides: i32,
  rows: i32,
  otherRows: i32,
  dim: i32,
  lanesPerTask: i32,
  x: usize,
  packed: usize,
  across: usize,
  ids: usize,
  samples: usize,
  labels: usize,
  otherIds: usize,
  otherSamples: usize,
  otherLabels: usize,
  limits: usize,
  factors: usize,
  temperature: f64,
  inside: i32,
  denominator: i32,
  gradient: usize,
): void {
  const own = changetype<Marks>(scratch);
  const others = changetype<Marks>(scratch + offsetof<Marks>());
  const loss = changetype<Loss>(scratch + 2 * offsetof<Marks>());
  setMarks(own, ids, samples, labels, sides & ANCHORS ? limits : 0);
  setMarks(others, otherIds, otherSamples, otherLabels, sides & CONTRASTS ? limits : 0);
  loss.sharpness = <f32>(1 / temperature);
  loss.inside = inside != 0;
  loss.denominator = denominator;
  loss.capped = limits != 0;
  const anchors = sides & ANCHORS ? rows : otherRows;
  const stride = <usize>anchors * FLOAT;
  const products = scratch + HEADER;
  const quads = products + PRODUCTS;
  const panels = quads + <usize>(lanesPerTask / 4) * QUAD;
  const sums = panels + <usize>(lanesPerTask * dim) * FLOAT;
  const sumsOfPanel = <usize>(dimPanels(dim) * TILE_ROWS * TILE_COLUMNS) * FLOAT;
  for (let task = begin; task < end; task++) {
    const start = task * lanesPerTask;
    const count = min(lanesPerTask, rows - start);
    packLanes(products, x, start, count, dim, panels);
    memory.fill(sums, 0, <usize>((count + TILE_COLUMNS - 1) / TILE_COLUMNS) * sumsOfPanel);
    for (let lane = 0; lane < count; lane += 4) {
      fillLanes(lanesAt(quads, lane), own, start + lane, count - lane);
      if (sides & ANCHORS) fillFactors(factorsAt(quads, lane), factors, stride, start + lane, count - lane);
    }
    for (let first = 0; first < otherRows; first += BLOCK_ROWS) {
      const length = min(BLOCK_ROWS, otherRows - first);
      const tile = <usize>(first / BLOCK_ROWS);
      for (let lane = 0; lane < count; lane += TILE_COLUMNS) {
        const panel = panels + <usize>(lane * dim) * FLOAT;
        multiplyPanel(packed + tile * rowsTile(dim), panel, length, dim, products);
        for (let half = 0; half < 2; half++) {
          const quad = lane + 4 * half;
          if (quad < count)
            differentiate(
              sides,
              lanesAt(quads, quad),
              factorsAt(quads, quad),
              others,
              factors,
              stride,
              first,
              length,
              loss,
              products + 16 * <usize>half,
            );
        }
        const to = sums + <usize>(lane / TILE_COLUMNS) * sumsOfPanel;
        addProducts(across + tile * acrossTile(dim), products, length, dim, to);
      }
    }
    storeTransposed(sums, sumsOfPanel, count, dim, gradient + <usize>start * <usize>dim * FLOAT);
  }
}

/** Room for what stands before the vectors. */
const HEADER: usize = 128;

const QUAD: usize = offsetof<Lanes>() + offsetof<Factors>();

function lanesAt(quads: usize, lane: i32): Lanes {
  return changetype<Lanes>(quads + <usize>(lane / 4) * QUAD);
}

function factorsAt(quads: usize, lane: i32): Factors {
  return changetype<Factors>(quads + <usize>(lane / 4) * QUAD + offsetof<Lanes>());
}

function fillFactors(own: Factors, factors: usize, stride: usize, first: i32, count: i32): void {
  const at = factors + <usize>first * FLOAT;
  own.maximum = loadPadded(at, count);
  own.logDenominator = loadPadded(at + stride, count);
  own.logPositives = loadPadded(at + 2 * stride, count);
  own.push = loadPadded(at + 3 * stride, count);
  own.pull = loadPadded(at + 4 * stride, count);
}

/** sums [dimensions][8] += a tile packed across times a panel of pairs [rows][8]. */
function addProducts(across: usize, pairs: usize, rows: i32, dim: i32, sums: usize): void {
  const stride = <usize>TILE_COLUMNS * FLOAT;
  for (let d = 0; d < dim; d += TILE_ROWS) {
    multiplyTile(rows, across, <usize>TILE_ROWS * FLOAT, pairs, sums, stride, true);
    across += <usize>(BLOCK_ROWS * TILE_ROWS) * FLOAT;
    sums += <usize>TILE_ROWS * stride;
  }
}

function storeTransposed(sums: usize, sumsOfPanel: usize, count: i32, dim: i32, to: usize): void {
  for (let lane = 0; lane < count; lane++) {
    let from = sums + <usize>(lane / TILE_COLUMNS) * sumsOfPanel + <usize>(lane % TILE_COLUMNS) * FLOAT;
    for (let d = 0; d < dim; d++) {
      store<f32>(to, load<f32>(from));
      to += FLOAT;
      from += <usize>TILE_COLUMNS * FLOAT;
    }
  }
}
