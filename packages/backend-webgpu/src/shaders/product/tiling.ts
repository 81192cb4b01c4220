/** What a workgroup computes of a product: `rows` × `columns`, of which a unit has `threadRows` × `threadColumns`. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly threadRows: number;
  readonly threadColumns: number;
  /** Values of the inner axis that lie in workgroup memory at a time. */
  readonly depth: number;
  /** Who multiplies: default a thread; or a subgroup, with its matrices. */
  readonly unit?: "subgroup";
  /** Whether the next values are read while these are multiplied. */
  readonly ahead?: boolean;
}

/** Threads of a subgroup whose matrices are used, and rows and columns of these. */
export const SUBGROUP = 32;
export const SIDE = 16;
/** Values behind the rows of a subgroup's tile, which then lie in different banks of the workgroup's memory. */
export const ROOM = 8;

/** How a product is cut. */
export interface Tiling {
  readonly tile: Tile;
  /** Parts of the inner axis, whose products are summed afterwards. */
  readonly splits: number;
  /** The length of a part, a multiple of the tile's depth. */
  readonly innerOfSplit: number;
}

export interface ProductShape {
  /** Products of this shape that are computed at once. */
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

export const tiles: readonly Tile[] = [
  { rows: 128, columns: 128, threadRows: 8, threadColumns: 8, depth: 16, ahead: true },
  { rows: 128, columns: 64, threadRows: 8, threadColumns: 8, depth: 16, ahead: true },
  { rows: 64, columns: 128, threadRows: 8, threadColumns: 8, depth: 16, ahead: true },
  { rows: 64, columns: 64, threadRows: 8, threadColumns: 8, depth: 16, ahead: true },
  { rows: 64, columns: 32, threadRows: 8, threadColumns: 4, depth: 16, ahead: true },
  { rows: 32, columns: 64, threadRows: 4, threadColumns: 8, depth: 16, ahead: true },
  { rows: 32, columns: 32, threadRows: 4, threadColumns: 4, depth: 16, ahead: true },
];

/** Of products that subgroups multiply. */
export const matrixTiles: readonly Tile[] = [
  { rows: 128, columns: 128, threadRows: 64, threadColumns: 32, depth: 32, unit: "subgroup" },
  { rows: 128, columns: 64, threadRows: 64, threadColumns: 32, depth: 32, unit: "subgroup" },
  { rows: 64, columns: 64, threadRows: 32, threadColumns: 32, depth: 32, unit: "subgroup" },
];

/** What keeps a large GPU busy. */
const ENOUGH_GROUPS = 256;
const ENOUGH_THREADS = 65_536;
/** The shortest part of the inner axis that pays for the sum of the parts. */
const SHORTEST_SPLIT = 256;
/** What a value costs to load, in multiply-adds. */
const LOAD = 16;

export function threadsOf({ rows, columns, threadRows, threadColumns, unit }: Tile): number {
  return (rows / threadRows) * (columns / threadColumns) * (unit === "subgroup" ? SUBGROUP : 1);
}

/** Bytes of the workgroup's memory that it takes at most. */
export function storageOf(tile: Tile): number {
  const { rows, columns, depth, threadColumns, unit } = tile;
  if (unit !== "subgroup") return 4 * depth * (rows + columns);
  const ofSide = (outer: number) => 2 * Math.max(outer * (depth + ROOM), depth * (outer + ROOM));
  return ofSide(rows) + ofSide(columns) + 4 * (threadsOf(tile) / SUBGROUP) * SIDE * (threadColumns + ROOM);
}

export function tileKey({ rows, columns, threadRows, threadColumns, depth, unit, ahead }: Tile): string {
  return [
    `${rows} × ${columns} × ${depth} by ${threadRows} × ${threadColumns}`,
    unit === "subgroup" && "of subgroups",
    ahead === true && "ahead",
  ]
    .filter(Boolean)
    .join(" ");
}

/** The tiles of one split of all the products. */
export function tileCount({ rows, columns }: Tile, shape: ProductShape): number {
  return shape.batches * Math.ceil(shape.rows / rows) * Math.ceil(shape.columns / columns);
}

/**
 * The tile that is cheapest by its multiply-adds, those at the borders that are thrown away included, its loads, and the
 * part of a large GPU that it leaves idle; the inner axis is split where the tiles are too few to fill it.
 */
export function chooseTiling(shape: ProductShape, from: readonly Tile[] = tiles): Tiling {
  const candidates = from.map((tile) => ({ tile, ...split(tile, shape) }));
  const costs = candidates.map((tiling) => cost(tiling, shape));
  return candidates[costs.indexOf(Math.min(...costs))];
}

/** The tile with as many splits as fill a large GPU and pay. */
function split(tile: Tile, shape: ProductShape): Omit<Tiling, "tile"> {
  const wanted = Math.ceil(enoughGroups(tile) / tileCount(tile, shape));
  return splitInto(Math.min(wanted, Math.floor(shape.inner / SHORTEST_SPLIT)), tile, shape);
}

/** At most so many splits, at least 1, none of them empty. */
export function splitInto(most: number, { depth }: Tile, { inner }: ProductShape): Omit<Tiling, "tile"> {
  const innerOfSplit = Math.max(1, Math.ceil(inner / Math.max(1, most) / depth)) * depth;
  return { splits: Math.max(1, Math.ceil(inner / innerOfSplit)), innerOfSplit };
}

function cost({ tile, splits }: Tiling, shape: ProductShape): number {
  const { rows, columns } = tile;
  const count = tileCount(tile, shape);
  const work = count * rows * columns * (1 + LOAD * (1 / rows + 1 / columns));
  return work * Math.max(1, enoughGroups(tile) / (count * splits));
}

function enoughGroups(tile: Tile): number {
  return Math.max(ENOUGH_GROUPS, ENOUGH_THREADS / threadsOf(tile));
}
