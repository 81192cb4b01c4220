import { halves } from "../half.js";
import { bitsOf, rectified } from "../not-a-number.js";

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

type Value = "f32" | "vec4f";

/** WGSL of each on a value `x` of a type. NaN stays NaN. */
const activations = {
  linear: () => "x",
  relu: (type: Value) => rectified("x", type),
  relu6: (type: Value) => {
    const bits = bitsOf(type);
    const isMore = `bitcast<${bits}>(x) - ${bits}(0x40c00001u) <= ${bits}(0x3ebfffffu)`;
    return `select(${rectified("x", type)}, ${type}(6), ${isMore})`;
  },
  elu: (type: Value) => `select(exp(x) - ${type}(1), x, x >= ${type}())`,
  leakyrelu: (type: Value) => `select(x, sizes.slope * x, x < ${type}())`,
  sigmoid: (type: Value) => `${type}(1) / (${type}(1) + exp(-x))`,
};

export function isActivation(name: string): name is Activation {
  return Object.hasOwn(activations, name);
}

/** WGSL of `finish`, on a value of `type` at a column. */
export function finishCode({ bias, activation }: Finish, type: Value): string {
  const width = type === "vec4f" ? 4 : 1;
  return `
fn activate(x: ${type}) -> ${type} { return ${activations[activation](type)}; }
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
