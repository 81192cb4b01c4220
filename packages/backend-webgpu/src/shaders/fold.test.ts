import { expect, test } from "vitest";
import { foldedGrid } from "./fold.js";

test.each([
  [1, [1, 1]],
  [65_535, [65_535, 1]],
  [65_536, [32_768, 2]],
  [1_000_003, [62_501, 16]],
])("%i workgroups", (groups, grid) => {
  expect(foldedGrid(groups)).toEqual(grid);
});
