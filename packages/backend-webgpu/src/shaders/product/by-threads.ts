import { loads } from "./loads.js";
import type { Operand } from "./operand.js";
import type { Multiplication } from "./product-code.js";
import { range } from "./range.js";
import type { Tile } from "./tiling.js";

/** Each thread multiplies out a few rows and columns, in registers. */
export function byThreads(tile: Tile, a: Operand, b: Operand) {
  const { rows, columns, threadRows, threadColumns, depth } = tile;
  const across = columns / threadColumns;
  const down = rows / threadRows;
  const rowQuads = range(threadRows / 4);
  const columnQuads = range(threadColumns / 4);
  const each = (code: (row: number, quad: number) => string) =>
    range(threadRows)
      .flatMap((row) => columnQuads.map((quad) => code(row, quad)))
      .join("\n");
  const multiplication: Multiplication = {
    begin: `
  let thread_row = thread / ${across}u;
  let thread_column = thread % ${across}u;
  ${each((row, quad) => `var ${sum(row, quad)} = vec4f();`)}`,
    add: `
    for (var k = 0u; k < ${depth}u; k++) {
      ${rowQuads.map((i) => `let a${i} = tile_a[k * ${rows / 4}u + thread_row + ${i * down}u];`).join("\n")}
      ${columnQuads.map((i) => `let b${i} = tile_b[k * ${columns / 4}u + thread_column + ${i * across}u];`).join("\n")}
      ${each((row, quad) => `${sum(row, quad)} = fma(vec4f(a${row >> 2}[${row & 3}]), b${quad}, ${sum(row, quad)});`)}
    }`,
    end: each((row, quad) => {
      const rowInTile = `4u * (thread_row + ${(row >> 2) * down}u) + ${row & 3}u`;
      const columnInTile = `4u * (thread_column + ${quad * across}u)`;
      return `store(split, batch, first_row + ${rowInTile}, first_column + ${columnInTile}, ${sum(row, quad)});`;
    }),
  };
  return { left: loads("a", a, tile), right: loads("b", b, tile), multiplication };
}

/** The variable that holds four sums of a row of the thread's. */
function sum(row: number, quad: number): string {
  return `sum_${row}_${quad}`;
}
