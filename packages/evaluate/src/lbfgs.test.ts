import { expect, it } from "vitest";
import { expectClose } from "@contrastive/testing";
import { minimise, type Objective } from "./lbfgs.js";

const pause = async () => {};

it("solves an ill-conditioned quadratic, whose solution is known", async () => {
  // ½ Σ aᵢ (xᵢ − i)² with a from 1 to 10⁴.
  const curvature = Float64Array.from({ length: 9 }, (_, i) => 10 ** (i / 2));
  const objective: Objective = (x, gradient) => {
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      gradient[i] = curvature[i] * (x[i] - i);
      value += (gradient[i] * (x[i] - i)) / 2;
    }
    return value;
  };
  const minimum = await minimise(objective, new Float64Array(9), {
    tolerance: 1e-9,
    maxIterations: 500,
    pause,
  });
  expect(minimum.converged).toBe(true);
  expect(minimum.gradientNorm).toBeLessThanOrEqual(1e-9);
  expectClose(minimum.x, [0, 1, 2, 3, 4, 5, 6, 7, 8], { tolerance: 1e-9 });
});

it("finds its way along Rosenbrock's valley, where the curvature is not always positive", async () => {
  const minimum = await minimise(rosenbrock, new Float64Array(2), {
    tolerance: 1e-8,
    maxIterations: 200,
    pause,
  });
  expectClose(minimum.x, [1, 1], { tolerance: 1e-8 });
});

it("says so when it stops early", async () => {
  const minimum = await minimise(catenary, new Float64Array(1), {
    tolerance: 1e-12,
    maxIterations: 1,
    pause,
  });
  expect(minimum).toMatchObject({ converged: false, iterations: 1 });
});

it("starts and stays at a minimum in 0", async () => {
  const minimum = await minimise(bowl, new Float64Array(1), { tolerance: 1e-12, maxIterations: 10, pause });
  expect(minimum).toMatchObject({ converged: true, iterations: 0, value: 0 });
});

function rosenbrock([x, y]: Float64Array, gradient: Float64Array): number {
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
}

function catenary([x]: Float64Array, gradient: Float64Array): number {
  gradient[0] = Math.sinh(x - 3);
  return Math.cosh(x - 3);
}

function bowl([x]: Float64Array, gradient: Float64Array): number {
  gradient[0] = 2 * x;
  return x * x;
}
