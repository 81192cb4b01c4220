import { ContrastiveError } from "@contrastive/core";
import { describe, expect, test } from "vitest";
import { checkLabels } from "./check-labels.js";
import { crossEntropy } from "./index.js";

describe("a batch's labels are refused", () => {
  test.each([
    ["index", [0, 1, 3, 1], 3, "the label of sample 2 of the batch must be in 0..2, got 3"],
    ["index", [0, -1], 3, "the label of sample 1 of the batch must be in 0..2, got -1"],
    ["soft", [0, 1, -0.5, 1.5], 2, "number 2 of the batch's soft labels must be finite and >= 0, got -0.5"],
    ["soft", [0, NaN], 2, "number 1 of the batch's soft labels must be finite and >= 0, got NaN"],
    ["soft", [0, Infinity], 2, "number 1 of the batch's soft labels must be finite and >= 0, got Infinity"],
    ["soft", [1, 0, 0, 0, 0, 1], 2, "sample 1 of the batch has no class: its soft labels are all 0"],
  ] as const)("%s labels %j of %s classes", (kind, labels, classes, message) => {
    const check = () => checkLabels(arrayOf(kind, labels), kind, classes);
    expect(check).toThrow(ContrastiveError);
    expect(check).toThrow(`loss "cross-entropy": ${message}`);
  });
});

test.each([
  ["index", [2, 0, 1], 3],
  ["soft", [0.25, 0.75, 1, 1], 2],
  ["soft", [0, 0, 1, 0], 4],
] as const)("%s labels %j of %s classes are taken", (kind, labels, classes) => {
  expect(() => checkLabels(arrayOf(kind, labels), kind, classes)).not.toThrow();
});

test("a batch is checked against the dataset's classes", () => {
  expect(() => crossEntropy().checkBatch!(Int32Array.of(0, 2), 1, 2)).toThrow("must be in 0..1, got 2");
  expect(() => crossEntropy().checkBatch!(Int32Array.of(0, 2), 1, 3)).not.toThrow();
});

function arrayOf(kind: "index" | "soft", labels: readonly number[]): Int32Array | Float32Array {
  return kind === "index" ? Int32Array.from(labels) : Float32Array.from(labels);
}
