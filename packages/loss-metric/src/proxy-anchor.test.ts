import { cpu, expectCloseScalar, lossConformance } from "@contrastive/testing";
import { beforeAll, expect, test } from "vitest";
import {
  type ClassLoop,
  classBatch,
  dot,
  evaluateClassLoss,
  expectClassLoop,
  unit,
} from "../test/class-check.js";
import { plugins, proxyAnchor, type ProxyAnchorOptions } from "./index.js";

const cases: readonly ProxyAnchorOptions[] = [
  {},
  { scale: 8 },
  { margin: 0.5, scale: 1, on: "representation" },
];

for (const options of cases) {
  lossConformance(`proxy-anchor ${JSON.stringify(options)}`, () => proxyAnchor(options), {
    factory: proxyAnchor,
  });
}

beforeAll(async () => void (await cpu().init()));

const loopOf =
  ({ margin = 0.1, scale = 32 }: ProxyAnchorOptions): ClassLoop =>
  (rows, vectors, labels) => {
    let [pull, push, present] = [0, 0, 0];
    vectors.forEach((vector, j) => {
      const proxy = unit(vector);
      let [own, others] = [0, 0];
      rows.forEach((row, i) => {
        if (labels[i] === j) own += Math.exp(-scale * (dot(row, proxy) - margin));
        else others += Math.exp(scale * (dot(row, proxy) + margin));
      });
      pull += Math.log(1 + own);
      push += Math.log(1 + others);
      if (labels.includes(j)) present++;
    });
    return pull / present + push / vectors.length;
  };

// The batch lacks one of the classes.
test.each(cases)("%j equals eq. 4", (options) => {
  expectClassLoop(proxyAnchor(options), classBatch(2), loopOf(options));
});

test("a scale beyond what an exponential can hold gives a finite loss and the right gradient", () => {
  expectClassLoop(proxyAnchor({ scale: 300 }), classBatch(2), loopOf({ scale: 300 }));
});

test("by hand: rows on their proxies, at right angles to the other", () => {
  const [vectors, embeddings] = [
    [2, 0, 0, 3],
    [1, 0, 0, 1],
  ];
  const batch = { shape: [2, 1, 2] as const, labels: [0, 1], embeddings, vectors };
  const { value, metrics } = evaluateClassLoss(proxyAnchor({ margin: 0.5, scale: 2 }), batch);
  expectCloseScalar(value, Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(1)));
  expect(metrics).toEqual({ accuracy: 1, targetCosine: 1 });
});

test("the options, by default and refused", () => {
  expect(plugins.loss["proxy-anchor"]().options).toEqual({ margin: 0.1, scale: 32, on: "projection" });
  expect(() => proxyAnchor({ margin: -1 })).toThrow("margin must be >= 0, got -1");
});
