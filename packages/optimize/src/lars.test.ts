import { cpu, expectClose } from "@contrastive/testing";
import { beforeAll, describe, expect, it } from "vitest";
import fixture from "../fixtures/torch.json" with { type: "json" };
import { stockWasm } from "../test/stock-wasm.js";
import { takeSteps, updateOnce, type Values } from "../test/take-steps.js";
import { cosine, lars, scaleByTrustRatio } from "./index.js";

const { start, gradients } = fixture;
const shapes: Readonly<Record<string, readonly number[]>> = fixture.shapes;

interface Settings {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly trustCoefficient: number;
  /** Which weights decay and adapt. */
  readonly matters: (name: string) => boolean;
}

const matrix = (name: string) => shapes[name].length >= 2;
const defaults = {
  momentum: 0.9,
  nesterov: false,
  weightDecay: 1e-6,
  trustCoefficient: 0.001,
  matters: matrix,
};
const firstLayer = (name: string) => name === "conv.weight";

/** LARS weight by weight and number by number, in float64. */
function naive(settings: Settings, rate: (step: number) => number): readonly Values[] {
  const { momentum, nesterov, weightDecay, trustCoefficient, matters } = settings;
  const weights = structuredClone(start) as Record<string, number[]>;
  const velocity = Object.fromEntries(Object.entries(start).map(([name, w]) => [name, w.map(() => 0)]));
  return gradients.map((gradient: Values, step) => {
    for (const [name, w] of Object.entries(weights)) {
      const decay = matters(name) ? weightDecay : 0;
      const g = gradient[name].map((value, i) => value + decay * w[i]);
      const trust = matters(name) ? (trustCoefficient * Math.hypot(...w)) / Math.hypot(...g) : 1;
      for (let i = 0; i < w.length; i++) {
        const scaled = rate(step) * trust * g[i];
        velocity[name][i] = momentum * velocity[name][i] + scaled;
        w[i] -= nesterov ? momentum * velocity[name][i] + scaled : velocity[name][i];
      }
    }
    return structuredClone(weights);
  });
}

describe.each([cpu(), stockWasm()])("lars on $name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  it.each([
    { title: "SimCLR's settings are the defaults", options: {}, settings: defaults },
    {
      title: "large steps and decay",
      options: { trustCoefficient: 0.1, weightDecay: 0.5, momentum: 0.5 },
      settings: { ...defaults, trustCoefficient: 0.1, weightDecay: 0.5, momentum: 0.5 },
    },
    {
      title: "Nesterov",
      options: { trustCoefficient: 0.1, nesterov: true },
      settings: { ...defaults, trustCoefficient: 0.1, nesterov: true },
    },
    {
      title: "all weights, no exclusions",
      options: { trustCoefficient: 0.1, weightDecay: 0.1, decay: "all", adapt: "all" } as const,
      settings: { ...defaults, trustCoefficient: 0.1, weightDecay: 0.1, matters: () => true },
    },
    {
      title: "one layer, chosen by a function",
      options: { trustCoefficient: 0.1, weightDecay: 0.1, decay: firstLayer, adapt: firstLayer },
      settings: { ...defaults, trustCoefficient: 0.1, weightDecay: 0.1, matters: firstLayer },
    },
  ])("agrees with the plain loop: $title", ({ options, settings }) => {
    const rate = (step: number) => 0.15 * (1 + Math.cos((Math.PI * step) / gradients.length));
    const expected = naive(settings, rate);
    const transform = lars({ ...options, learningRate: cosine({ initial: 0.3 }) });
    const actual = takeSteps(transform, start, gradients, shapes);
    expected.forEach((weights, step) => {
      for (const [name, values] of Object.entries(weights)) {
        expectClose(actual[step][name], values, { what: `${name} after step ${step}` });
      }
    });
  });

  it("has the settings of SimCLR", () => {
    expect(lars().options).toMatchObject({
      momentum: 0.9,
      nesterov: false,
      weightDecay: 1e-6,
      trustCoefficient: 0.001,
      decay: "matrices",
      adapt: "matrices",
    });
  });

  it.each([
    { zero: "weight", weights: { w: [0, 0] }, gradients: { w: [3, 4] } },
    { zero: "gradient", weights: { w: [3, 4] }, gradients: { w: [0, 0] } },
  ])("leaves a gradient as it is where the $zero is zero", ({ weights, gradients }) => {
    expect(updateOnce(scaleByTrustRatio({ mask: "all" }), weights, gradients)).toEqual(gradients);
  });
});
