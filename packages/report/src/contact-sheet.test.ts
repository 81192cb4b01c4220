import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { contactSheet } from "./contact-sheet.js";
import type { Picture } from "./input.js";

/** The four bytes at a place of a sheet. */
function reader(png: Uint8Array) {
  const { width, height, data, channels } = decode(png);
  expect(channels).toBe(4);
  return {
    width,
    height,
    at: (x: number, y: number) => Array.from(data.subarray((y * width + x) * 4, (y * width + x + 1) * 4)),
  };
}

function plain(height: number, width: number, color: readonly number[]): Picture {
  const data = new Float32Array(height * width * color.length).map((_, i) => color[i % color.length]);
  return { data, height, width, channels: color.length };
}

describe("contactSheet", () => {
  it("lays pictures out in rows, with transparent gaps", () => {
    const sheet = reader(
      contactSheet([plain(2, 2, [1, 0, 0]), plain(2, 2, [0, 1, 0]), plain(2, 2, [0, 0, 1])], 2, {
        cell: 4,
        gap: 1,
      }),
    );
    expect([sheet.width, sheet.height]).toEqual([9, 9]);
    expect(sheet.at(0, 0)).toEqual([255, 0, 0, 255]);
    expect(sheet.at(3, 3)).toEqual([255, 0, 0, 255]);
    expect(sheet.at(4, 0)).toEqual([0, 0, 0, 0]);
    expect(sheet.at(5, 0)).toEqual([0, 255, 0, 255]);
    expect(sheet.at(0, 5)).toEqual([0, 0, 255, 255]);
    expect(sheet.at(5, 5)).toEqual([0, 0, 0, 0]);
  });

  it("keeps each pixel where it is, and sharp", () => {
    const data = Uint8Array.of(10, 20, 30, 40);
    const sheet = reader(contactSheet([{ data, height: 2, width: 2, channels: 1 }], 1, { cell: 6 }));
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 6; x++) {
        const value = data[(y < 3 ? 0 : 2) + (x < 3 ? 0 : 1)];
        expect(sheet.at(x, y)).toEqual([value, value, value, 255]);
      }
    }
  });

  it("fits a picture that is not square into the middle of its cell", () => {
    const sheet = reader(contactSheet([plain(1, 2, [1, 1, 1])], 1, { cell: 8 }));
    expect(sheet.at(0, 1)[3]).toBe(0);
    expect(sheet.at(0, 2)[3]).toBe(255);
    expect(sheet.at(7, 5)[3]).toBe(255);
    expect(sheet.at(7, 6)[3]).toBe(0);
  });

  it("cuts off what lies outside 0..1, and shows NaN as 0", () => {
    const sheet = reader(contactSheet([plain(1, 1, [-1, 7, NaN])], 1));
    expect(sheet.at(0, 0)).toEqual([0, 255, 0, 255]);
  });

  it("keeps transparency", () => {
    expect(reader(contactSheet([plain(1, 1, [1, 1, 1, 0])], 1)).at(0, 0)).toEqual([255, 255, 255, 0]);
  });

  it("writes above columns and beside rows, no further than their cells", () => {
    const pictures = Array.from({ length: 4 }, () => plain(1, 1, [1, 0, 0]));
    const sheet = reader(
      contactSheet(pictures, 2, { cell: 14, gap: 2, headings: ["iTl", "?"], labels: ["L"] }),
    );
    expect([sheet.width, sheet.height]).toEqual([46, 42]);
    const ink = (left: number, top: number, width: number, height: number) =>
      Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) =>
          sheet.at(left + 2 * x, top + 2 * y)[0] === 0 ? "#" : ".",
        ).join(""),
      );
    // Two letters fit; of the third there is nothing.
    expect(ink(16, 0, 7, 5)).toEqual(["###.###", ".#...#.", ".#...#.", ".#...#.", "###..#."]);
    expect(ink(32, 0, 3, 5)).toEqual(["##.", "..#", ".#.", "...", ".#."]);
    expect(ink(0, 14, 3, 5)).toEqual(["#..", "#..", "#..", "#..", "###"]);
    expect(sheet.at(15, 0)).toEqual([255, 255, 255, 255]);
    expect(sheet.at(16, 12)).toEqual([255, 0, 0, 255]);
  });

  it.each<[string, Picture[], number, RegExp]>([
    ["no pictures", [], 1, /at least one picture/],
    ["no columns", [plain(1, 1, [0])], 0, /one column.*"columns":0/],
    ["two channels", [plain(1, 1, [0, 0])], 1, /picture 0 must be .*"channels":2/],
    ["missing pixels", [plain(1, 1, [0]), { ...plain(1, 1, [0]), width: 2 }], 1, /picture 1 must be/],
  ])("refuses %s", (_, pictures, columns, message) => {
    expect(() => contactSheet(pictures, columns)).toThrow(message);
  });
});
