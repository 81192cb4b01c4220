import { halfLoads, halfRow } from "./loads.js";
import type { Operand } from "./operand.js";
import type { Multiplication } from "./product-code.js";
import { range } from "./range.js";
import { ROOM, SIDE, SUBGROUP, type Tile } from "./tiling.js";

/**
 * Each subgroup multiplies out a few rows and columns, as matrices of halves with sums of 32 bits. The sums leave through the
 * workgroup's memory: which thread has which of them is not known.
 */
export function bySubgroups(tile: Tile, a: Operand, b: Operand) {
  const { rows, columns, threadRows, threadColumns, depth } = tile;
  const across = columns / threadColumns;
  const subgroups = (rows / threadRows) * across;
  const down = range(threadRows / SIDE);
  const right = range(threadColumns / SIDE);
  const each = (code: (row: number, column: number) => string) =>
    down.flatMap((row) => right.map((column) => code(row, column))).join("\n    ");
  const stride = threadColumns + ROOM;
  const room = SIDE * stride;
  const quads = threadColumns / 4;
  const result = `subgroup_matrix_result<f32, ${SIDE}, ${SIDE}>`;
  const multiplication: Multiplication = {
    extensions: ["f16", "subgroups", "chromium_experimental_subgroup_matrix"],
    code: `var<workgroup> sums: array<f32, ${subgroups * room}>;`,
    parameters: "\n  @builtin(subgroup_id) subgroup: u32,\n  @builtin(subgroup_invocation_id) lane: u32,",
    begin: `
  let subgroup_row = subgroup / ${across}u * ${threadRows}u;
  let subgroup_column = subgroup % ${across}u * ${threadColumns}u;
  ${each((row, column) => `var ${sum(row, column)} = ${result}();`)}`,
    add: `
    for (var k = 0u; k < ${depth}u; k += ${SIDE}u) {
      ${down.map((i) => `let a${i} = ${load("left", a, tile, `subgroup_row + ${SIDE * i}u`)};`).join("\n      ")}
      ${right.map((i) => `let b${i} = ${load("right", b, tile, `subgroup_column + ${SIDE * i}u`)};`).join("\n      ")}
      ${each((i, j) => `${sum(i, j)} = subgroupMatrixMultiplyAccumulate(a${i}, b${j}, ${sum(i, j)});`)}
    }`,
    end: down
      .map(
        (i) => `
  ${right.map((j) => `subgroupMatrixStore<row_major>(&sums, subgroup * ${room}u + ${SIDE * j}u, ${sum(i, j)}, ${stride}u);`).join("\n  ")}
  workgroupBarrier();
  for (var at = lane; at < ${SIDE * quads}u; at += ${SUBGROUP}u) {
    let row = at / ${quads}u;
    let column = 4u * (at % ${quads}u);
    let place = subgroup * ${room}u + row * ${stride}u + column;
    let values = vec4f(sums[place], sums[place + 1u], sums[place + 2u], sums[place + 3u]);
    store(split, batch, first_row + subgroup_row + ${SIDE * i}u + row, first_column + subgroup_column + column, values);
  }
  workgroupBarrier();`,
      )
      .join(""),
  };
  return { left: halfLoads("a", a, tile), right: halfLoads("b", b, tile), multiplication };
}

/** A matrix of a factor's tile at `outer` and `k`. */
function load(kind: "left" | "right", operand: Operand, tile: Tile, outer: string): string {
  const side = kind === "left" ? "a" : "b";
  const row = halfRow(side, operand, tile);
  const at = operand.contiguous === "inner" ? `(${outer}) * ${row}u + k` : `k * ${row}u + ${outer}`;
  // Of a left one the rows are the outer axis, of a right one the columns.
  const order = (operand.contiguous === "inner") === (kind === "left") ? "row_major" : "col_major";
  const type = `subgroup_matrix_${kind}<f16, ${SIDE}, ${SIDE}>`;
  return `subgroupMatrixLoad<${type}, ${order}>(&tile_${side}, ${at}, ${row}u)`;
}

/** The variable that holds a matrix of sums. */
function sum(row: number, column: number): string {
  return `sum_${row}_${column}`;
}
