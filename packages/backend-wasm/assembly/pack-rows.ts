import { FLOAT, TILE_ROWS } from "./simd";

/**
 * Packs TILE_ROWS rows of the left matrix, which lie anywhere, as [length][TILE_ROWS].
 *
 * `rows` points to the addresses of the rows, one 32-bit word each.
 */
export function packRows(packed: usize, rows: usize, length: i32): void {
  let row0 = addressAt(rows, 0);
  let row1 = addressAt(rows, 1);
  let row2 = addressAt(rows, 2);
  let row3 = addressAt(rows, 3);
  let row4 = addressAt(rows, 4);
  let row5 = TILE_ROWS == 6 ? addressAt(rows, 5) : 0;
  const step = <usize>TILE_ROWS * FLOAT;
  let left = length;
  for (; left >= 4; left -= 4) {
    const v0 = v128.load(row0);
    const v1 = v128.load(row1);
    const v2 = v128.load(row2);
    const v3 = v128.load(row3);
    const v4 = v128.load(row4);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    v128.store(packed, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(packed + step, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(packed + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(packed + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
    if (TILE_ROWS == 6) {
      const v5 = v128.load(row5);
      const low45 = v128.shuffle<f32>(v4, v5, 0, 4, 1, 5);
      const high45 = v128.shuffle<f32>(v4, v5, 2, 6, 3, 7);
      v128.store64_lane(packed, low45, 0, 16);
      v128.store64_lane(packed + step, low45, 1, 16);
      v128.store64_lane(packed + 2 * step, high45, 0, 16);
      v128.store64_lane(packed + 3 * step, high45, 1, 16);
      row5 += 16;
    } else {
      v128.store32_lane(packed, v4, 0, 16);
      v128.store32_lane(packed + step, v4, 1, 16);
      v128.store32_lane(packed + 2 * step, v4, 2, 16);
      v128.store32_lane(packed + 3 * step, v4, 3, 16);
    }
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    row4 += 16;
    packed += 4 * step;
  }
  for (; left > 0; left--) {
    store<f32>(packed, load<f32>(row0));
    store<f32>(packed, load<f32>(row1), 4);
    store<f32>(packed, load<f32>(row2), 8);
    store<f32>(packed, load<f32>(row3), 12);
    store<f32>(packed, load<f32>(row4), 16);
    if (TILE_ROWS == 6) store<f32>(packed, load<f32>(row5), 20);
    row0 += FLOAT;
    row1 += FLOAT;
    row2 += FLOAT;
    row3 += FLOAT;
    row4 += FLOAT;
    row5 += FLOAT;
    packed += step;
  }
}

/** Packs TILE_ROWS neighbouring values of one row of a transposed left matrix; of `count` that exist. */
export function packAcross(packed: usize, from: usize, count: i32): void {
  if (count >= TILE_ROWS) {
    v128.store(packed, v128.load(from));
    if (TILE_ROWS == 6) store<u64>(packed, load<u64>(from, 16), 16);
    else store<u32>(packed, load<u32>(from, 16), 16);
    return;
  }
  for (let i = 0; i < TILE_ROWS; i++) {
    const at = <usize>i * FLOAT;
    store<f32>(packed + at, i < count ? load<f32>(from + at) : 0);
  }
}

function addressAt(table: usize, i: usize): usize {
  return <usize>load<u32>(table + (i << 2));
}
