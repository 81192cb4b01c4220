/** How an optimizer updates a value. */
export interface Rule {
  /** With `options`, what its code depends on. */
  readonly name: string;
  readonly options: readonly string[];
  /** What moves, by names of WGSL variables: the weight first. */
  readonly moving: readonly string[];
  /** The same for all weights of a step, in the order of the dispatch's uniforms. */
  readonly ofStep: readonly string[];
  /**
   * Changes the variables that move, given `gradient` of their type, `decay`, `step`, and where it adapts to norms, `trust`.
   */
  readonly code: string;
  /** Whether `trust`, ‖w‖ / ‖g + decay · w‖ times `step.trustCoefficient`, is needed. */
  readonly adapts?: boolean;
}

export function sgdRule({ moves, nesterov }: { readonly moves: boolean; readonly nesterov: boolean }): Rule {
  const descent = moves ? momentumCode("g", nesterov) : "let descent = g;";
  return {
    name: "sgd",
    options: optionsOf(moves, nesterov),
    moving: moves ? ["weight", "momentum"] : ["weight"],
    ofStep: ["rate", "inertia"],
    code: `
    let g = gradient + decay * weight;
    ${descent}
    weight -= step.rate * descent;`,
  };
}

export function larsRule({ moves, nesterov }: { readonly moves: boolean; readonly nesterov: boolean }): Rule {
  const ascent = moves ? momentumCode("s", nesterov) : "let descent = s;";
  return {
    name: "lars",
    options: optionsOf(moves, nesterov),
    moving: moves ? ["weight", "momentum"] : ["weight"],
    ofStep: ["rate", "inertia", "trustCoefficient"],
    adapts: true,
    code: `
    let s = -step.rate * trust * (gradient + decay * weight);
    ${ascent}
    weight += descent;`,
  };
}

export function adamRule({ decoupled }: { readonly decoupled: boolean }): Rule {
  return {
    name: "adam",
    options: decoupled ? ["decoupled"] : [],
    moving: ["weight", "mean", "meanSquare"],
    ofStep: ["rate", "old1", "new1", "old2", "new2", "factor", "shift"],
    code: `
    let g = gradient${decoupled ? "" : " + decay * weight"};
    mean = step.old1 * mean + step.new1 * g;
    meanSquare = step.old2 * meanSquare + step.new2 * g * g;
    let scaled = step.factor * mean / (sqrt(meanSquare) + step.shift);
    weight -= step.rate * (scaled${decoupled ? " + decay * weight" : ""});`,
  };
}

/** A moving average, of what takes the gradient's place. */
export const averageRule: Rule = {
  name: "average",
  options: [],
  moving: ["average"],
  ofStep: ["old", "current"],
  code: `
    average = step.old * average + step.current * gradient;`,
};

function optionsOf(moves: boolean, nesterov: boolean): string[] {
  return [...(moves ? ["moves"] : []), ...(nesterov ? ["nesterov"] : [])];
}

function momentumCode(summand: string, nesterov: boolean): string {
  return `momentum = step.inertia * momentum + ${summand};
    let descent = ${nesterov ? `${summand} + step.inertia * momentum` : "momentum"};`;
}
