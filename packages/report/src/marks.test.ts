import { expect, it } from "vitest";
import { mark } from "./marks.js";

it("gives each of 50 classes a mark of its own", () => {
  const marks = Array.from({ length: 50 }, (_, i) => {
    const { color, symbol, rotate } = mark(i);
    return `${color} ${symbol} ${rotate}`;
  });
  expect(new Set(marks).size).toBe(50);
  expect(new Set(marks.slice(0, 10).map((text) => text.split(" ")[0])).size).toBe(10);
});
