import { halves } from "../half.js";

/** What follows a product before it is stored. */
export interface Finish {
  /** Whether `bias[columns]` is added. */
  readonly bias: boolean;
  readonly activation: Activation;
  /** Whether the result is added to what is there. */
  readonly adds?: boolean;
}

export type Activation = keyof typeof activations;

export const plain: Finish = { bias: false, activation: "linear" };

/** WGSL of each on a value `x` of type `T`. Comparisons are such that NaN stays NaN. */
const activations = {
  linear: "return x;",
  relu: "return select(x, T(), x < T());",
  relu6: "return select(select(x, T(), x < T()), T(6), x > T(6));",
  elu: "return select(exp(x) - T(1), x, x >= T());",
  leakyrelu: "return select(x, sizes.slope * x, x < T());",
  sigmoid: "return T(1) / (T(1) + exp(-x));",
};

export function isActivation(name: string): name is Activation {
  return Object.hasOwn(activations, name);
}

/** WGSL of `finish`, on a value of `type` at a column. */
export function finishCode({ bias, activation }: Finish, type: "f32" | "vec4f"): string {
  const width = type === "vec4f" ? 4 : 1;
  return `
fn activate(x: ${type}) -> ${type} { ${activations[activation].replaceAll("T(", `${type}(`)} }
fn finish(x: ${type}, column: u32) -> ${type} {
  return activate(x${bias ? ` + bias[column / ${width}u]` : ""});
}`;
}

export const finishKey = ({ bias, activation, adds }: Finish) =>
  [bias && "bias", activation, adds && "adds"].filter(Boolean).join(" ");

/** WGSL that stores finished values at a place of a buffer, which may be of halves. */
export function storeFinished(place: string, values: string, { adds }: Finish, half: boolean): string {
  const before = half ? halves.load(place) : place;
  const result = adds === true ? `${before} + ${values}` : values;
  return `${place} = ${half ? halves.store(result) : result};`;
}
