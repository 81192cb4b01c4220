import { expect, it } from "vitest";
import { formatNumber, formatShare, formatValue } from "./number.js";

it.each([
  [0, "0"],
  [12, "12"],
  [1234567, "1,234,567"],
  [1234.56, "1,235"],
  [409.27, "409.3"],
  [2.4312, "2.43"],
  [0.05, "0.05"],
  [0.123456, "0.123"],
  [0.0000016, "1.6e-6"],
  [-0.0000016, "−1.6e-6"],
  [NaN, "–"],
  [Infinity, "–"],
])("writes %d as %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

it("writes shares and units", () => {
  expect(formatShare(0.8137)).toBe("81.4 %");
  expect(formatValue(0.5, "%")).toBe("50.0 %");
  expect(formatValue(412, "img/s")).toBe("412 img/s");
  expect(formatValue(NaN, "%")).toBe("–");
});
