import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import { tilesAlong } from "./winograd-frequencies";
import { frequencyEdge, inputStep, outputEdge } from "./winograd-scheme";
import { CHANNELS, transformGradientPixels, transformPixels } from "./winograd-tiles";

/*
 * The gradient of a 3×3 filter is Gᵀ (Σ over tiles of (Bᵀ x B) ⊙ (A dy Aᵀ)) G: for each frequency a product of channels by
 * columns whose depth are the tiles. Tiles are taken in batches; the products of a batch are added to those before.
 */

/** Channels of a block of the transformed inputs, [block][tile][BLOCK]: a multiple of a tile's rows and of a vector. */
export const BLOCK: i32 = TILE_ROWS == 6 ? 12 : 20;
/** Channels that are transformed at a time: whole blocks. */
const PASS: i32 = 60;
export const BLOCK_ROW: usize = <usize>BLOCK * FLOAT;
export const PANEL_ROW: usize = <usize>TILE_COLUMNS * FLOAT;

/** Bytes of a frequency of x: [block][tile][BLOCK]; the odd line as in `filterFrequency`. */
export function gradientInputFrequency(tiles: i32, channels: i32): usize {
  return <usize>((channels + BLOCK - 1) / BLOCK) * <usize>tiles * BLOCK_ROW + 64;
}

/** Bytes of a frequency of dy: [panel][tile][8]. */
export function gradientFrequency(tiles: i32, columns: i32): usize {
  return <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * <usize>tiles * PANEL_ROW + 64;
}

/** Bytes that the transformed inputs of `tiles` tiles fill. */
export function gradientInputBytes(scheme: i32, tiles: i32, channels: i32): usize {
  return <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * gradientInputFrequency(tiles, channels);
}

/** Bytes that the transformed gradients of `tiles` tiles fill. */
export function gradientBytes(scheme: i32, tiles: i32, columns: i32): usize {
  return <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * gradientFrequency(tiles, columns);
}

/** First step: transforms `tiles` tiles of x, by blocks of channels, and of dy, by panels of eight columns. Tasks are tiles. */
export function winogradGradientTiles(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  padTop: i32,
  padLeft: i32,
  firstTile: i32,
  tiles: i32,
  x: usize,
  dy: usize,
  inputs: usize,
  gradients: usize,
  zeros: usize,
): void {
  const edge = outputEdge(scheme);
  const step = inputStep(scheme);
  const tilesDown = tilesAlong(outHeight, edge);
  const tilesAcross = tilesAlong(outWidth, edge);
  for (let i = begin; i < end; i++) {
    const tile = firstTile + i;
    const image = tile / (tilesAcross * tilesDown);
    const row = (tile / tilesAcross) % tilesDown;
    const column = tile % tilesAcross;
    const from = x + <usize>(image * height * width) * <usize>channels * FLOAT;
    for (let c = 0; c < channels; c += PASS) {
      transformPixels(
        scheme,
        scratch,
        from + <usize>c * FLOAT,
        height,
        width,
        channels,
        row * step - padTop,
        column * step - padLeft,
        min(PASS, channels - c),
        inputs + <usize>((c / BLOCK) * tiles + i) * BLOCK_ROW,
        gradientInputFrequency(tiles, channels),
        BLOCK / 4,
        <usize>(tiles - 1) * BLOCK_ROW,
        zeros,
      );
    }
    const slope = dy + <usize>(image * outHeight * outWidth) * <usize>columns * FLOAT;
    for (let c = 0; c < columns; c += CHANNELS) {
      transformGradientPixels(
        scheme,
        scratch,
        slope + <usize>c * FLOAT,
        outHeight,
        outWidth,
        columns,
        row * edge,
        column * edge,
        min(CHANNELS, columns - c),
        gradients + <usize>((c / TILE_COLUMNS) * tiles + i) * PANEL_ROW,
        gradientFrequency(tiles, columns),
        TILE_COLUMNS / 4,
        <usize>(tiles - 1) * PANEL_ROW,
        zeros,
      );
    }
  }
}
