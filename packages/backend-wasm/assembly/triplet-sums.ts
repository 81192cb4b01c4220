import { fillSimilarities, forcePerSlope, HEADER, Row, setRow } from "./pair-rows";
import { loadLanes, storeLanes } from "./lanes";
import { FLOAT } from "./simd";
import { List, part, valueAt } from "./triplet-lists";
import { addSoftly, countViolations, takeHardest, Triplets } from "./triplet-mining";

/** Which triplets. */
const SEMI_HARD: i32 = 1;
const HARD: i32 = 2;

/** Vectors of a row's length in scratch memory. */
const VECTORS: usize = 9;

/** Bytes of scratch memory. */
export function tripletScratch(columns: i32): usize {
  return HEADER + VECTORS * vector(columns);
}

/**
 * Kernels `TripletSumsOfTile` and, where `forces` is not 0, `TripletSumsOfTileGrad`: `rows` rows of the batch from `first`
 * on, from their products [rows][columns]. Tasks are groups of `rowsPerTask` rows.
 */
export function tripletSums(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  rowsPerTask: i32,
  first: i32,
  products: usize,
  squares: usize,
  labels: usize,
  similarity: i32,
  mining: i32,
  margin: f64,
  softplus: i32,
  sums: usize,
  active: usize,
  possible: usize,
  dSums: usize,
  forces: usize,
): void {
  const it = changetype<Row>(scratch);
  const triplets = changetype<Triplets>(scratch + offsetof<Row>());
  layOut(it, triplets, scratch, columns);
  it.labels = labels;
  triplets.margin = <f32>margin;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const offset = <usize>row * <usize>columns * FLOAT;
    fillSimilarities(products + offset, squares, first + row, columns, similarity, it.s);
    setRow(it, first + row);
    part(it, triplets.positives, triplets.negatives);
    const pairs = <f64>triplets.positives.count * <f64>triplets.negatives.count;
    if (pairs > 0) {
      if (mining == HARD) takeHardest(triplets, softplus != 0);
      else if (softplus) addSoftly(triplets, forces != 0);
      else countViolations(triplets, mining == SEMI_HARD);
    } else {
      triplets.sum = 0;
      triplets.active = 0;
    }
    const at = <usize>row * FLOAT;
    if (forces == 0) {
      store<f32>(sums + at, <f32>triplets.sum);
      store<f32>(active + at, <f32>triplets.active);
      store<f32>(possible + at, <f32>(mining == HARD ? min(pairs, 1) : pairs));
    } else {
      memory.fill(forces + offset, 0, <usize>columns * FLOAT);
      if (pairs == 0) continue;
      const d = valueAt(dSums, first + row);
      spread(triplets.positives, triplets.ofPositives, -d, forces + offset);
      spread(triplets.negatives, triplets.ofNegatives, d, forces + offset);
      makeForces(it, similarity, forces + offset);
    }
  }
}

/** Bytes of a vector for all columns, one more, and whatever a vector instruction writes behind. */
function vector(columns: i32): usize {
  return <usize>((columns + 8) & ~3) * FLOAT;
}

function layOut(it: Row, triplets: Triplets, scratch: usize, columns: i32): void {
  const positives = scratch + offsetof<Row>() + offsetof<Triplets>();
  triplets.positives = changetype<List>(positives);
  triplets.negatives = changetype<List>(positives + offsetof<List>());
  const size = vector(columns);
  const vectors = scratch + HEADER;
  it.columns = columns;
  it.s = vectors;
  triplets.positives.s = vectors + size;
  triplets.positives.columns = vectors + 2 * size;
  triplets.negatives.s = vectors + 3 * size;
  triplets.negatives.columns = vectors + 4 * size;
  triplets.ofPositives = vectors + 5 * size;
  triplets.ofNegatives = vectors + 6 * size;
  triplets.thresholds = vectors + 7 * size;
  triplets.changes = vectors + 8 * size;
}

/** Puts the slopes of a list's pairs, times a factor, where they belong. */
function spread(list: List, slopes: usize, factor: f32, to: usize): void {
  for (let i = 0; i < list.count; i++) {
    const column = load<i32>(list.columns + ((<usize>i) << 2));
    store<f32>(to + <usize>column * FLOAT, factor * valueAt(slopes, i));
  }
}

function makeForces(it: Row, similarity: i32, forces: usize): void {
  for (let j = 0; j < it.columns; j += 4) {
    const at = <usize>j * FLOAT;
    const perSlope = forcePerSlope(v128.load(it.s + at), similarity);
    const slopes = loadLanes(forces + at, it.columns - j);
    storeLanes(forces + at, f32x4.mul(slopes, perSlope), it.columns - j);
  }
}
