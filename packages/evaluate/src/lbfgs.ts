/** A function to minimise: returns its value at `x`, and writes its gradient there into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /** The largest absolute component of the gradient at `x`. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface MinimiseOptions {
  /** Converged when no component of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Called once an iteration. */
  readonly pause: () => Promise<void>;
}

/** How many past steps approximate the curvature. */
const memory = 10;

/** Limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.5) with a backtracking line search. */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance, maxIterations, pause }: MinimiseOptions,
): Promise<Minimum> {
  let x = start;
  let gradient = new Float64Array(start.length);
  let value = objective(x, gradient);
  const history: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    const gradientNorm = largest(gradient);
    const converged = gradientNorm <= tolerance;
    if (converged || iterations === maxIterations) return { x, value, gradientNorm, iterations, converged };
    await pause();
    const direction = descent(gradient, history);
    const next = search(objective, x, value, gradient, direction);
    // No step lowers the value: float64 can't tell neighbours apart, which is as good as it gets.
    if (next === undefined) return { x, value, gradientNorm, iterations, converged };
    remember(history, subtract(next.x, x), subtract(next.gradient, gradient));
    ({ x, value, gradient } = next);
  }
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/** The two-loop recursion: minus the gradient times an approximate inverse Hessian. */
function descent(gradient: Float64Array, history: readonly Pair[]): Float64Array {
  const direction = gradient.map((component) => -component);
  const last = history.at(-1);
  if (last === undefined) return scale(direction, 1 / Math.sqrt(dot(gradient, gradient)));
  const weights = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    weights[i] = dot(history[i].step, direction) / history[i].curvature;
    addScaled(direction, -weights[i], history[i].change);
  }
  scale(direction, last.curvature / dot(last.change, last.change));
  for (const [i, { step, change, curvature }] of history.entries()) {
    addScaled(direction, weights[i] - dot(change, direction) / curvature, step);
  }
  return direction;
}

/** Halves the step until the value falls by a fair share of what the slope promises (Armijo). */
function search(
  objective: Objective,
  from: Float64Array,
  valueThere: number,
  gradientThere: Float64Array,
  direction: Float64Array,
): { x: Float64Array<ArrayBuffer>; value: number; gradient: Float64Array<ArrayBuffer> } | undefined {
  const slope = dot(gradientThere, direction);
  const gradient = new Float64Array(from.length);
  for (let length = 1; length > 1e-10; length /= 2) {
    const x = Float64Array.from(from);
    addScaled(x, length, direction);
    const value = objective(x, gradient);
    if (value <= valueThere + 1e-4 * length * slope) return { x, value, gradient };
  }
  return undefined;
}

function remember(history: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  // A pair without positive curvature would turn the direction uphill.
  if (!(curvature > 1e-14 * dot(step, step))) return;
  history.push({ step, change, curvature });
  if (history.length > memory) history.shift();
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]);
}

function addScaled(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * values[i];
}

function scale(values: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
  return values;
}
