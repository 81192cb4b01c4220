import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { linearGrid, linearMain } from "./linear.js";

export type GeluForm = "erf" | "tanh";

/** `x` → `y` = x · Φ(x), by either form. */
export function gelu(size: number, form: GeluForm): Dispatch {
  return elementwise("gelu", size, form, {
    reads: ["x"],
    write: "y",
    value: "x[at] * distribution(x[at])",
  });
}

/** `dy`, `x` → `dx` = dy · (Φ(x) + x · Φ′(x)) */
export function geluGradient(size: number, form: GeluForm): Dispatch {
  return elementwise("gelu/gradient", size, form, {
    reads: ["dy", "x"],
    write: "dx",
    value: "dy[at] * (distribution(x[at]) + x[at] * density(x[at]))",
  });
}

function elementwise(
  name: string,
  size: number,
  form: GeluForm,
  {
    reads,
    write,
    value,
  }: { readonly reads: readonly string[]; readonly write: string; readonly value: string },
): Dispatch {
  const vector = size % 4 === 0 ? "vec4f" : "f32";
  const count = vector === "vec4f" ? size / 4 : size;
  return {
    name,
    key: `${form} ${vector}`,
    code: () => /* wgsl */ `
alias Vector = ${vector};
${declare({
  reads: Object.fromEntries(reads.map((read) => [read, "Vector"])),
  writes: { [write]: "Vector" },
  uniforms: { count: "u32" },
})}
${forms[form]}
${linearMain(`
  if (at >= sizes.count) { return; }
  ${write}[at] = ${value};
`)}`,
    uniforms: [u32(count)],
    grid: linearGrid(count),
  };
}

const forms: Readonly<Record<GeluForm, string>> = {
  erf: /* wgsl */ `
fn bell(x: Vector) -> Vector { return exp(-0.5 * x * x); }

/*
 * Φ, below zero without cancellation: erfc(z) = e^(−z²) · t · p(t), where z = |x| / √2, t = 1 / (1 + 0.33 z) and p was fitted to
 * relative error 1e-7 for z up to 9.4, beyond which e^(−z²) is 0.
 */
fn distribution(x: Vector) -> Vector {
  let t = 1.0 / (abs(x) * 0.23334524 + 1.0);
  var p = t * -0.135929095 + 0.462689526;
  p = p * t - 0.355441281;
  p = p * t + 0.412543872;
  p = p * t + 0.0450093813;
  p = p * t + 0.201924228;
  p = p * t + 0.182837174;
  p = p * t + 0.186366114;
  let tail = p * t * 0.5 * bell(x);
  return select(1.0 - tail, tail, x < Vector());
}

fn density(x: Vector) -> Vector { return 0.39894228 * bell(x); }
`,
  tanh: /* wgsl */ `
/* (1 + tanh u) / 2 = 1 / (1 + e^(−2u)), u = √(2/π) · (x + 0.044715 x³) */
fn distribution(x: Vector) -> Vector {
  return 1.0 / (1.0 + exp(-1.59576912 * x * (0.044715 * x * x + 1.0)));
}

fn density(x: Vector) -> Vector {
  let share = distribution(x);
  return share * (1.0 - share) * (0.2140644488 * x * x + 1.59576912);
}
`,
};
